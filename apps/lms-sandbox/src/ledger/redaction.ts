const REDACTED = '[redacted]';
const JWT = /eyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g;
const SECRET_NAMES = /secret|password|token|authorization|api[-_]?key/i;
const DEEPEST = 8;

export interface Redactor {
  readonly text: (text: string) => string;
  readonly value: (value: unknown) => unknown;
}

/** Takes secrets out of what will be kept: the given ones, anything that looks like a JWT, and fields named like a secret. */
export function createRedactor(secrets: readonly string[]): Redactor {
  const known = secrets.filter((secret) => secret !== '');
  const text = (from: string): string => {
    const withoutKnown = known.reduce((rest, secret) => (rest.includes(secret) ? rest.replaceAll(secret, REDACTED) : rest), from);
    return withoutKnown.includes('eyJ') ? withoutKnown.replace(JWT, REDACTED) : withoutKnown;
  };
  return { text, value: (value) => redactValue(value, text, 0) };
}

function redactValue(value: unknown, text: Redactor['text'], depth: number): unknown {
  if (typeof value === 'string') return text(value);
  if (typeof value !== 'object' || value === null) return value;
  // A body can be nested deeper than the stack is.
  if (depth === DEEPEST) return '[…]';
  if (Array.isArray(value)) return value.map((item) => redactValue(item, text, depth + 1));
  const fields = Object.entries(value).map(([name, held]) => [text(name), isSecret(name, held) ? REDACTED : redactValue(held, text, depth + 1)]);
  return Object.fromEntries(fields);
}

/** `token_type` says what kind of token it is, not which. */
function isSecret(name: string, held: unknown): boolean {
  return SECRET_NAMES.test(name) && name !== 'token_type' && typeof held === 'string';
}
