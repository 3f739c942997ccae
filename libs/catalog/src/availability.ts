/** Whether a SKU is on sale, by PostgreSQL's clock at the moment of the question, so that all replicas agree. */
export type Availability = 'available' | 'not_yet_sold' | 'no_longer_sold';

/** The columns that tell it. */
export interface AvailabilityColumns {
  readonly not_yet: boolean | null;
  /** Its window has ended, or it was withdrawn. */
  readonly over: boolean | null;
}

/** SQL for `not_yet` of the SKU's row `sku`. */
export const notYet = (sku: string): string => `${sku}.available_from > now()`;

/** SQL for `over`. */
export const over = (sku: string): string => `(${sku}.available_until <= now() or ${sku}.withdrawn_at is not null)`;

export function availabilityOf({ not_yet, over: isOver }: AvailabilityColumns): Availability {
  if (isOver) return 'no_longer_sold';
  return not_yet ? 'not_yet_sold' : 'available';
}
