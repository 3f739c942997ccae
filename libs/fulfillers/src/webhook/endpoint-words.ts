const WORDS_LENGTH = 500;
/** Longer words are cut before they are searched: the search takes time by the square of their length. */
const SEARCHED_LENGTH = 4 * WORDS_LENGTH;
const EMAIL = /[^\s@<>"'(),;:]+@[^\s@<>"'(),;:]+/g;
const MARKUP = /<[/!a-z]/i;
const WHOLE_SECONDS = /^\d{1,7}$/;
/** The one form of a date that servers may send (RFC 9110, 5.6.7). */
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/** The JSON object in an answer; null when there is none. */
export function objectIn(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null && !Array.isArray(body) ? { ...body } : null;
  } catch {
    return null;
  }
}

/** The `detail` of an answer, or its `message`, fit for operators and logs: one line without mark-up, e-mail addresses and what is hidden. May be empty. */
export function wordsIn(text: string, hidden: readonly string[]): string {
  const { detail, message } = objectIn(text) ?? {};
  const words = [detail, message].find((said) => typeof said === 'string') ?? '';
  if (typeof words !== 'string' || MARKUP.test(words)) return '';
  const shown = hidden.filter((secret) => secret !== '').reduce((rest, secret) => rest.replaceAll(secret, '…'), words.slice(0, SEARCHED_LENGTH));
  return shown.replace(EMAIL, '…').replace(/\s+/g, ' ').trim().slice(0, WORDS_LENGTH);
}

/** Reads a `Retry-After` header, seconds or a date, as milliseconds from now. Null when absent or neither. */
export function retryAfterMs(header: string | null): number | null {
  if (header === null) return null;
  if (WHOLE_SECONDS.test(header)) return Number(header) * 1_000;
  const at = HTTP_DATE.test(header) ? Date.parse(header) : NaN;
  return Number.isNaN(at) ? null : Math.max(0, at - Date.now());
}
