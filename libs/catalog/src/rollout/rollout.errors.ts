import { CatalogError, type CatalogProblem } from '../catalog.errors.js';

/** Says everything that is wrong with a rollout, by JSON pointers into it. */
export class RolloutRefusedError extends CatalogError {
  readonly code = 'rollout_refused';

  constructor(problems: readonly CatalogProblem[]) {
    super('The rollout cannot be as it is: see errors.', problems);
  }
}
