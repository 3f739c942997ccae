/** What people read for a mode, in the LMS's words. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ['audit', 'Audit'],
  ['honor', 'Honor Certificate'],
  ['verified', 'Verified Certificate'],
  ['professional', 'Professional Certificate'],
  ['no-id-professional', 'Professional Certificate'],
  ['credit', 'Credit Certificate'],
  ['masters', "Master's Degree"],
]);

/** The display name of a mode. One that the LMS has no words for is named by its slug. */
export function modeName(slug: string): string {
  return NAMES.get(slug) ?? slug;
}
