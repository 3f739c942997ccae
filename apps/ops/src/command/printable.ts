/** What a terminal obeys instead of showing it. Line ends are none of it. */
const OBEYED = /(?!\n)[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/gu;

/** Text that may come from a provider or a customer, fit for a terminal. */
export function printable(text: string): string {
  return text.replace(OBEYED, '\u00b7');
}
