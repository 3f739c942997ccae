const MASK = '***';
const SECRET_NAME = /secret|token|pass|pwd|key|credential|auth|signature|private|cookie|bearer|salt|pin$/i;
const REFERENCE = /^\$\{[^{}]*\}$/;
/** What nobody types by hand: a key, a hash, an access token. */
const LIKE_A_SECRET = /^(?=.*\d)(?=.*[a-z])[\w+/=.~-]{24,}$/i;
const USER_AND_PASSWORD = /\S:\S*@/;

/**
 * Options as they stand in the token map, for operators to see. In doubt a value is not shown: what is called like a secret, looks like
 * one, or is among `secretOptions` is `***`, and of an URL the user and the query are cut off. A variable is shown by its name.
 */
export function shownOptions(written: Readonly<Record<string, unknown>>, secretOptions: readonly string[] = []): Readonly<Record<string, unknown>> {
  return shownMembers(written, new Set(secretOptions.map((name) => name.toLowerCase())));
}

function shownMembers(members: Readonly<Record<string, unknown>>, secret: ReadonlySet<string>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(members).map(([name, value]) => [name, isSecret(name, secret) ? masked(value) : shown(value, secret)]));
}

function isSecret(name: string, secret: ReadonlySet<string>): boolean {
  return SECRET_NAME.test(name) || secret.has(name.toLowerCase());
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
  if (url === null || /\s/.test(text)) return MASK;
  const path = url.pathname.split('/').map((part) => (looksSecret(part) ? MASK : part)).join('/');
  return `${url.protocol}//${url.host}${path}${url.search === '' && url.hash === '' ? '' : '?…'}`;
}

function looksSecret(text: string): boolean {
  return LIKE_A_SECRET.test(text) || /^(whsec_|sk_|pk_|bearer |basic )/i.test(text);
}

/** Takes out of a text what is not shown of the options: a plug-in may quote what it was given. */
export function withoutSecrets(text: string, options: unknown, shownAs: unknown): string {
  return hiddenTexts(options, shownAs).sort(([one], [other]) => other.length - one.length).reduce((rest, [secret, instead]) => rest.replaceAll(secret, () => instead), text);
}

function hiddenTexts(value: unknown, shownAs: unknown): (readonly [string, string])[] {
  if (typeof value === 'string') return value === shownAs || value === '' ? [] : [[value, typeof shownAs === 'string' ? shownAs : MASK]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, each]) => hiddenTexts(each, memberOf(shownAs, name)));
}

function memberOf(shownAs: unknown, name: string): unknown {
  return typeof shownAs === 'object' && shownAs !== null ? (shownAs as Record<string, unknown>)[name] : shownAs;
}
