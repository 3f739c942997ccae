import { CatalogError, type CatalogProblem } from '../catalog.errors.js';

/** Says everything that is wrong with a product, by JSON pointers into it. */
export class ProductRefusedError extends CatalogError {
  readonly code = 'product_refused';

  constructor(problems: readonly CatalogProblem[]) {
    super('The product cannot be saved as it is: see errors.', problems);
  }
}

/** SKUs are unique over all partners, because a link names nothing else. Also thrown to whoever comes second. */
export class SkuTakenError extends CatalogError {
  readonly code = 'sku_taken';

  constructor(problems: readonly CatalogProblem[]) {
    super('A SKU belongs to another product: see errors.', problems);
  }
}

export class ProductNotFoundError extends CatalogError {
  readonly code = 'product_not_found';

  constructor() {
    super('There is no such product.');
  }
}

export class ProductExistsError extends CatalogError {
  readonly code = 'product_exists';

  constructor() {
    super('There is such a product already: read it, and change it by its version.');
  }
}

/** A seat and its enrollment codes are changed where the LMS is told of it. */
export class EditedByCourseError extends CatalogError {
  readonly code = 'edited_by_course';

  constructor(courseId: string | null) {
    const path = courseId === null ? '{id}' : encodeURIComponent(courseId);
    super(`Seats and enrollment codes are edited with their course, so that the LMS is told: PUT /v1/courses/${path}.`);
  }
}

export class SkuNotFoundError extends CatalogError {
  readonly code = 'sku_not_found';

  constructor() {
    super('There is no such SKU.');
  }
}
