const WORDS_LENGTH = 500;
/** Longer words are cut before they are searched: the search takes time by the square of their length. */
const SEARCHED_LENGTH = 4 * WORDS_LENGTH;
const EMAIL = /[^\s@<>"'(),;:]+@[^\s@<>"'(),;:]+/g;
/** Where the LMS puts what is wrong with several fields together. */
const NO_FIELD = 'non_field_errors';
/** Names on the way to a text; what lies deeper is left out. */
const DEEPEST = 6;
const MARKUP = /<[/!a-z]/i;
const WHOLE_SECONDS = /^\d{1,7}$/;
/** The one form of a date that servers may send (RFC 9110, 5.6.7). */
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/** Reads a JSON text; `undefined` when it is none. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * What the LMS said, fit for operators and logs: on one line, at most 500 characters, without mark-up, e-mail addresses, and whatever `hidden` lists.
 * Empty when there is nothing of the kind.
 *
 * Read are its `message` or `detail`, and else every text in a JSON body, of whatever shape: `{"id":["No."]}` is `id: No.`, and `["No."]` is `No.`
 */
export function providerWords(text: string, hidden: readonly string[]): string {
  const words = wordsOf(readJson(text));
  if (MARKUP.test(words)) return '';
  const shown = hidden.reduce((rest, secret) => (secret === '' ? rest : rest.replaceAll(secret, '…')), words.slice(0, SEARCHED_LENGTH));
  return shown.replace(EMAIL, '…').replace(/\s+/g, ' ').trim().slice(0, WORDS_LENGTH);
}

/** Whether this is a JSON object with a text `detail`. */
export function hasDetail(text: string): boolean {
  const body = readJson(text);
  return typeof body === 'object' && body !== null && 'detail' in body && typeof body.detail === 'string';
}

function wordsOf(body: unknown): string {
  if (typeof body !== 'object' || body === null) return sentences(body, [])[0] ?? '';
  const { message, detail }: { message?: unknown; detail?: unknown } = body;
  return [message, detail].find((words) => typeof words === 'string') ?? sentences(body, []).join(' ');
}

/** The texts in a body, each after the names that lead to it: `modes.1.price: A valid integer is required.` */
function sentences(body: unknown, path: readonly string[]): string[] {
  if (typeof body === 'string') return [path.length === 0 ? body : `${path.join('.')}: ${body}`];
  if (typeof body !== 'object' || body === null || path.length > DEEPEST) return [];
  // A list of texts is the list of what is wrong with one thing; a list of objects tells by its places which of several things is wrong.
  const nameOf = (name: string, value: unknown) => (name === NO_FIELD || (Array.isArray(body) && typeof value === 'string') ? [] : [name]);
  return Object.entries(body).flatMap(([name, value]: [string, unknown]) => sentences(value, [...path, ...nameOf(name, value)]));
}

/** Reads a `Retry-After` header, seconds or a date, as milliseconds from now. Null when absent or neither. */
export function retryAfterMs(header: unknown): number | null {
  if (typeof header !== 'string') return null;
  if (WHOLE_SECONDS.test(header)) return Number(header) * 1_000;
  const at = HTTP_DATE.test(header) ? Date.parse(header) : NaN;
  return Number.isNaN(at) ? null : Math.max(0, at - Date.now());
}
