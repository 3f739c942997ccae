import { CatalogError, type CatalogProblem } from '../catalog.errors.js';

/** Says everything that is wrong with a course, by JSON pointers into it. */
export class CourseRefusedError extends CatalogError {
  readonly code = 'course_refused';

  constructor(problems: readonly CatalogProblem[]) {
    super('The course cannot be saved as it is: see errors.', problems);
  }
}

export class CourseNotFoundError extends CatalogError {
  readonly code = 'course_not_found';

  constructor() {
    super('There is no such course.');
  }
}

export class CourseExistsError extends CatalogError {
  readonly code = 'course_exists';

  constructor() {
    super('There is such a course already: read it, and change it by its version.');
  }
}

/** What was read is no longer what is there. */
export class StaleVersionError extends CatalogError {
  readonly code = 'stale_version';

  constructor(readonly version: number) {
    super(`Somebody else has changed it: it is version ${version} by now. Read it again.`);
  }
}

/** Modes would no longer be sold, and the LMS would lose them. */
export class RemovalNotConfirmedError extends CatalogError {
  readonly code = 'removal_not_confirmed';

  constructor(readonly modes: readonly string[]) {
    super(
      `The course has modes that are not in the request: ${modes.join(', ')}. They would be withdrawn here and removed from the LMS. Send them as well, or confirm it with ?confirm=true.`,
      modes.map((mode) => ({ pointer: '/modes', detail: `lacks ${mode}` })),
    );
  }
}
