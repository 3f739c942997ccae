const WORDS_LENGTH = 500;
/** Longer words are cut before they are searched: the search takes time by the square of their length. */
const SEARCHED_LENGTH = 4 * WORDS_LENGTH;
const EMAIL = /[^\s@<>"'(),;:]+@[^\s@<>"'(),;:]+/g;
/** Keys, secrets of webhooks and of clients, bearer tokens: whosever they are, and also where they are cut short by stars. */
const SECRET_LIKE = /\b(?:[sr]k_(?:live|test)_|whsec_|pi_\w+_secret_)[\w*+/=-]+|\bbearer\s+\S+|\bbasic\s+[\w+/]{8,}=*/gi;
/** A number of a card, with or without spaces. */
const CARD_LIKE = /\b\d(?:[ -]?\d){11,18}\b/g;
/** They steer a terminal, or turn the words round them the other way. */
const STEERING = /[\p{Cc}\p{Bidi_Control}]/gu;
const MARKUP = /<[/!a-z]/i;

/** Words of a gateway, fit for operators and logs: one line without mark-up, e-mail addresses, secrets, card numbers, and what `hidden` lists. May be empty. */
export function gatewayWords(words: unknown, hidden: readonly string[]): string {
  if (typeof words !== 'string' || MARKUP.test(words)) return '';
  const line = words.slice(0, SEARCHED_LENGTH).toWellFormed().replace(/\s+/g, ' ').replace(STEERING, '');
  const shown = hidden.filter((secret) => secret !== '').reduce((rest, secret) => rest.replaceAll(secret, '…'), line);
  return shown.replace(SECRET_LIKE, '…').replace(EMAIL, '…').replace(CARD_LIKE, '…').trim().slice(0, WORDS_LENGTH);
}
