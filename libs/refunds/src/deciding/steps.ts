import type { Refund } from '../refund.js';
import { next, type RefundEvent } from '../transitions.js';

/** A refund after an event, with whatever else changes by it. @throws {RefundStateError} */
export function step(refund: Refund, event: RefundEvent, change: Partial<Refund> = {}): Refund {
  return { ...refund, ...change, status: next(refund, event) };
}

/** Who decides, and why. */
export interface Decision {
  readonly by: string;
  readonly reason: string | null;
  /** A gateway is to be asked for the money; else there is nothing to ask, because there is no money, or it is gone, or nobody took it here. */
  readonly isCalled: boolean;
}

/** Approved, and as much further as nobody need be called. */
export function approved(refund: Refund, { by, reason, isCalled }: Decision): Refund {
  const decided = step(refund, 'approve', { decidedBy: by, decisionReason: reason, failure: null });
  return isCalled ? decided : moneyReturned(decided);
}

/** The money is back with the buyer; where nothing is to be taken back, that was all. */
export function moneyReturned(refund: Refund, reference = refund.reference): Refund {
  const returned = step(refund, 'returnMoney', { reference, mayHaveArrived: false, failure: null, attempts: 0 });
  return isAccessLeft(returned) ? returned : step(returned, 'complete');
}

/** Something is to be taken back. */
export function isAccessLeft({ access, lines }: Pick<Refund, 'access' | 'lines'>): boolean {
  return access !== 'keep' && lines.length > 0;
}

/** Another sentence for operators. */
export function noted({ accessNote }: Pick<Refund, 'accessNote'>, notes: readonly string[]): string | null {
  const all = [...new Set([...(accessNote === null ? [] : [accessNote]), ...notes.filter((note) => !accessNote?.includes(note))])];
  return all.length === 0 ? null : all.join(' ');
}
