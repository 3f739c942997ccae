import type { DueRow } from './statements/due.statement.js';

/** A line that is due, or whose holder's lease ran out. */
export interface DueLine {
  readonly lineId: string;
  readonly productType: string;
  readonly dueAt: Date;
  /** A holder was lost with it: to be delivered by a process that does nothing else meanwhile. */
  readonly alone: boolean;
}

export function dueLine({ id: lineId, product_type: productType, due_at: dueAt, alone }: DueRow): DueLine {
  return { lineId, productType, dueAt, alone };
}
