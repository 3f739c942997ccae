import { isIP } from 'node:net';

const WORDS_LENGTH = 500;
/** Longer words are cut before they are searched: the search takes time by the square of their length. */
const SEARCHED_LENGTH = 4 * WORDS_LENGTH;
const EMAIL = /[^\s@<>"'(),;:]+@[^\s@<>"'(),;:]+/g;
/** Whosever it is. */
const WEBHOOK_SECRET = /whsec_[\w+/=-]+/g;
/** They steer a terminal, or turn the words round them the other way. */
const STEERING = /[\p{Cc}\p{Bidi_Control}]/gu;
const MARKUP = /<[/!a-z]/i;
/** What may be an IP address, in brackets or not, with a port or not. */
const ADDRESS_LIKE = /\[?[0-9a-f]*(?:[.:][0-9a-f]*){2,}\]?(?::\d+)?/gi;

/** The JSON object in an answer; null when there is none. */
export function objectIn(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null && !Array.isArray(body) ? { ...body } : null;
  } catch {
    return null;
  }
}

/** Words of an endpoint, fit for people and logs: one line without e-mail addresses, webhook secrets, what is hidden, and control characters. May be empty. */
export function cleaned(words: string, hidden: readonly string[], length: number): string {
  const line = words.slice(0, SEARCHED_LENGTH).toWellFormed().replace(/\s+/g, ' ').replace(STEERING, '');
  const shown = hidden.filter((secret) => secret !== '').reduce((rest, secret) => rest.replaceAll(secret, '…'), line);
  return shown.replace(WEBHOOK_SECRET, '…').replace(EMAIL, '…').trim().slice(0, length);
}

/** The `detail` of an answer, or its `message`, as a failure shows it: cleaned, and without mark-up, this host and IP addresses. May be empty. */
export function wordsIn(text: string, hidden: readonly string[], { host, hostname }: URL): string {
  const { detail, message } = objectIn(text) ?? {};
  const words = [detail, message].find((said) => typeof said === 'string') ?? '';
  if (typeof words !== 'string' || MARKUP.test(words)) return '';
  // A name of one word may be what everybody calls the product.
  const hosts = hostname.includes('.') ? [host, hostname] : [host].filter((name) => name !== hostname);
  return cleaned(words, [...hidden, ...hosts], WORDS_LENGTH).replace(ADDRESS_LIKE, (found) => (isAddress(found) ? '…' : found));
}

function isAddress(text: string): boolean {
  const bare = text.replace(/[.:]+$/, '').replace(/^\[([^\]]*)\](:\d+)?$/, '$1');
  return isIP(bare) !== 0 || isIP(bare.replace(/:\d+$/, '')) !== 0;
}
