/** How much a mode gives. A mode that stands here is higher than every one with a smaller number; the LMS knows others, which compare with none. */
const RANKS: ReadonlyMap<string, number> = new Map([
  ['audit', 1],
  ['honor', 2],
  ['verified', 3],
  ['no-id-professional', 3],
  ['professional', 4],
  ['credit', 5],
  ['masters', 5],
]);

const FREE: ReadonlySet<string> = new Set(['audit', 'honor']);

/** Whether a learner in the mode `held` has what a seat in the mode `sold` gives. */
export function covers(held: string, sold: string): boolean {
  return held === sold || (RANKS.get(held) ?? -Infinity) > (RANKS.get(sold) ?? Infinity);
}

/** Whether the mode is one that a learner gets without paying, and so may ask for after he paid for a better one. */
export function isFree(mode: string): boolean {
  return FREE.has(mode);
}
