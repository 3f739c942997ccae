/** Modes that exist in an LMS and are not sold by a seat: learners come to them in other ways. */
const UNSOLD: ReadonlySet<string> = new Set([
  'masters',
  'executive-education',
  'paid-executive-education',
  'unpaid-executive-education',
  'paid-bootcamp',
  'unpaid-bootcamp',
]);

export function isSoldAsSeat(mode: string): boolean {
  return !UNSOLD.has(mode);
}
