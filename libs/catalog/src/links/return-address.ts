const LONGEST = 2_000;
/** An absolute address without anything that one reader takes for something else than another: blanks, control characters, backslashes. */
const PLAIN = /^https?:\/\/[^\s\\\p{C}]+$/iu;

/**
 * Reads the address of a page to return to, which must be one of these origins.
 *
 * @returns the address as a browser understands it, or null where it may not be returned to.
 */
export function readReturnAddress(text: string, origins: readonly string[]): string | null {
  if (text.length > LONGEST || !PLAIN.test(text)) return null;
  const url = URL.parse(text);
  if (url === null || url.username !== '' || url.password !== '') return null;
  return origins.includes(url.origin) ? url.href : null;
}
