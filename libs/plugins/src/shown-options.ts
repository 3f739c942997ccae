/** What stands for a value that is not shown. */
export const MASK = '***';
const SECRET_WORD = 'secret|token|pass|pwd|key|credential|auth|signature|private|cookie|bearer|salt';
const SECRET_NAME = new RegExp(`${SECRET_WORD}|pin$|headers?$|dsn$|connection_?string`, 'i');
/** A secret's name with something behind it, as in `Pwd=x`, `Authorization: x`, `"token":"x"` or `password x`. Some of these are harmless sentences. */
const PAIR = new RegExp(`(${SECRET_WORD})[\\w-]*[\\s"']*[\\s=:>,|]\\s*\\S|\\b(pin\\s*[=:]|basic\\s)\\s*\\S`, 'i');
const REFERENCE = /^\$\{[^{}]*\}$/;
/** What nobody types by hand: a key, a hash, an access token. */
const LIKE_A_SECRET = /^(?=.*\d)(?=.*[a-z])[\w+/=.~-]{24,}$/i;
const USER_AND_PASSWORD = /\S:\S*@/;

/**
 * Options as they stand in a map of plug-ins, for operators to see. In doubt a value is not shown: what is called like a secret, looks like
 * one, or is among `secretOptions` is `***`, and of an URL the user and the query are cut off. A variable is shown by its name.
 */
export function shownOptions(written: Readonly<Record<string, unknown>>, secretOptions: readonly string[] = []): Readonly<Record<string, unknown>> {
  return shownMembers(written, new Set(secretOptions.map((name) => name.toLowerCase())));
}

function shownMembers(members: Readonly<Record<string, unknown>>, secret: ReadonlySet<string>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(members).map(([name, value]) => [PAIR.test(name) ? MASK : name, isSecret(name, secret) ? masked(value) : shown(value, secret)]));
}

function isSecret(name: string, secret: ReadonlySet<string>): boolean {
  return isSecretName(name) || secret.has(name.toLowerCase());
}

/** Whether what is called like this is a secret, by the look of it. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

function masked(value: unknown): unknown {
  return value === null || (typeof value === 'string' && REFERENCE.test(value)) ? value : MASK;
}

function shown(value: unknown, secret: ReadonlySet<string>): unknown {
  if (typeof value === 'string') return shownText(value);
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value;
  if (Array.isArray(value)) return value.map((each) => shown(each, secret));
  if (typeof value === 'object') return shownMembers(value as Record<string, unknown>, secret);
  return MASK;
}

function shownText(text: string): string {
  if (REFERENCE.test(text)) return text;
  if (text.includes('://')) return shownUrl(text);
  return looksSecret(text) || USER_AND_PASSWORD.test(text) ? MASK : text;
}

function shownUrl(text: string): string {
  const url = URL.parse(text);
  if (url === null || url.host === '' || /\s/.test(text)) return MASK;
  const path = url.pathname.split('/').map((part) => (looksSecret(part) ? MASK : part)).join('/');
  return `${url.protocol}//${url.host}${path}${url.search === '' && url.hash === '' ? '' : '?…'}`;
}

function looksSecret(text: string): boolean {
  return LIKE_A_SECRET.test(text) || /^(whsec_|sk_|pk_)/i.test(text) || PAIR.test(text);
}
