import type { ReturnResult } from '#fulfillment';
import type { FailureKind } from '#orders';

/** What an attempt at the access came to. */
export type AccessVerdict =
  | { readonly result: 'done'; readonly notes: readonly string[] }
  /** The money is ours again, and what was not taken stays. */
  | { readonly result: 'withdrawn'; readonly notes: readonly string[] }
  /** A line was not free, or its provider not to be called: that is nobody's failure. */
  | { readonly result: 'waiting'; readonly detail: string; readonly inMs: number; readonly notes: readonly string[] }
  | { readonly result: 'failed'; readonly failure: { readonly kind: FailureKind; readonly detail: string }; readonly passing: boolean; readonly notes: readonly string[] };

/** A holder has a line for seconds. */
export const NOT_FREE_MS = 5_000;
export const NOT_FREE = { result: 'waiting', detail: 'Somebody works on a line just now.', inMs: NOT_FREE_MS } as const;
const NOT_ALL = 'A line was taken by somebody else, or its provider reported meanwhile that it had delivered it.';

/** All of the named lines were claimed together, or none. Pure. */
export function accessVerdict(result: ReturnResult | undefined): AccessVerdict {
  if (!result) return { ...NOT_FREE, notes: [] };
  const { settled, order, lostLineIds } = result;
  const isRevoked = (id: string) => !lostLineIds.includes(id) && order.lines.some((line) => line.id === id && line.status === 'revoked');
  const notes = settled.flatMap(({ lineId, settlement }) => (settlement.result === 'revoked' && settlement.reason !== null && isRevoked(lineId) ? [settlement.reason] : []));
  if (settled.every(({ lineId }) => isRevoked(lineId))) return { result: 'done', notes };
  const failures = settled.flatMap(({ settlement }) => (settlement.result === 'revocation_failed' ? [{ detail: settlement.reason, kind: 'unknown' as const, passing: true, ...settlement.failure }] : []));
  const worst = failures.find(({ passing }) => !passing) ?? failures[0];
  if (!worst) return { result: 'waiting', detail: NOT_ALL, inMs: NOT_FREE_MS, notes };
  return { result: 'failed', failure: { kind: worst.kind, detail: worst.detail }, passing: worst.passing, notes };
}
