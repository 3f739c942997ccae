/** A mode of a course run as the LMS sells it. */
export interface LmsMode {
  readonly slug: string;
  /** In whole major units: the LMS knows no other. */
  readonly price: number;
  /** ISO 4217, upper case. */
  readonly currency: string;
  readonly sku: string | null;
  readonly bulkSku: string | null;
  /** The upgrade deadline. The LMS is told whole seconds: what is finer is cut off. */
  readonly expires: Date | null;
  /** Undefined: an old release of the LMS, which knows no mobile SKUs and takes them without keeping them. */
  readonly androidSku: string | null | undefined;
  readonly iosSku: string | null | undefined;
}

/** A course run and its modes, as the LMS has them. A slug is there once for each currency: usually once. */
export interface LmsCourse {
  readonly id: string;
  /** Empty where the LMS has none. A publication does not change it. */
  readonly name: string;
  readonly verificationDeadline: Date | null;
  readonly modes: readonly LmsMode[];
}

/** A course of the LMS's list that is left out, because its fields are not what a course has. */
export interface UnreadableCourse {
  /** Null when not even that could be read. */
  readonly id: string | null;
  /** Which field is wrong, and how; no values. */
  readonly detail: string;
}
