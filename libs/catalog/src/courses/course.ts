/** A course run with the modes in which it is sold, as the catalog has it. */
export interface Course {
  /** The key of the course run, e.g. `course-v1:AcmeX+BIO1+2026`. */
  readonly id: string;
  readonly partner: string;
  readonly name: string;
  /** Until when learners may prove who they are. */
  readonly verificationDeadline: Date | null;
  /** Counts the changes of the course and of its modes, from 1. Its ETag. */
  readonly version: number;
  readonly updatedAt: Date;
  /** What is sold, by mode. What was withdrawn is not here. */
  readonly modes: readonly CourseMode[];
}

/** A seat: one mode of a course run under its SKU. */
export interface CourseMode {
  readonly productId: string;
  /** The slug, e.g. `verified`. */
  readonly mode: string;
  readonly sku: string;
  readonly priceMinor: number;
  /** ISO 4217, upper case. */
  readonly currency: string;
  readonly availableFrom: Date | null;
  /** The upgrade deadline: the first instant at which it is no longer sold. */
  readonly expires: Date | null;
  /** Who grants the credit; of the mode `credit` only. */
  readonly creditProvider: string | null;
  /** The SKU under which enrollment codes for this mode are sold. */
  readonly bulkSku: string | null;
  readonly androidSku: string | null;
  readonly iosSku: string | null;
}

/** What a course shall become. What is left out (`undefined`) stays as it is. */
export interface CourseDraft {
  readonly id: string;
  readonly partner?: string | undefined;
  readonly name: string;
  readonly verificationDeadline?: Date | null | undefined;
  readonly modes: readonly ModeDraft[];
}

/** What a mode shall become. What is left out stays as it is, and is null, or made up, where the mode is new. */
export interface ModeDraft {
  readonly mode: string;
  readonly priceMinor: number;
  readonly currency: string;
  readonly availableFrom?: Date | null | undefined;
  readonly expires?: Date | null | undefined;
  readonly creditProvider?: string | null | undefined;
  /** A mode keeps its SKU; a new one without a SKU gets one. */
  readonly sku?: string | undefined;
  /** Whether enrollment codes are sold for it. True without a `bulkSku` keeps the one it has, or makes one up. */
  readonly bulk?: boolean | undefined;
  readonly bulkSku?: string | undefined;
  readonly androidSku?: string | null | undefined;
  readonly iosSku?: string | null | undefined;
}

/** The product type of a course seat. */
export const SEAT = 'seat';
/** The product type of the codes that a mode is sold in bulk by. */
export const ENROLLMENT_CODE = 'enrollment-code';
