import { CatalogError } from '../catalog.errors.js';

export class PublicationNotFoundError extends CatalogError {
  readonly code = 'publication_not_found';

  constructor() {
    super('Nothing of this course was ever to be published.');
  }
}

/** A mode may be removed from the LMS only when it was shown that the LMS alone has it. */
export class NotOnlyAtLmsError extends CatalogError {
  readonly code = 'not_only_at_lms';

  constructor(modes: readonly string[], shown: readonly string[]) {
    super(
      `When the LMS was last looked at, it did not have ${modes.join(', ')} besides what is sold here. ${shown.length === 0 ? 'It had nothing of the kind.' : `It had ${shown.join(', ')}.`} Read the publication again.`,
      modes.map((mode) => ({ pointer: '/remove', detail: `${mode} is not one of extraModes` })),
    );
  }
}
