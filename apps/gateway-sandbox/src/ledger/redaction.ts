const REDACTED = '[redacted]';
const SECRET_NAMES = /secret|password|token|authorization|api[-_]?key/i;
const LONGEST_KEPT = 16_384;
const DEEPEST = 8;

/** A call's body as it is kept: without what is named like a secret, and not when it is very long. */
export function keptBody(body: unknown, length: number): unknown {
  if (length === 0) return null;
  return length > LONGEST_KEPT ? `[${length} characters, not kept]` : redacted(body, 0);
}

function redacted(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  // A body can be nested deeper than the stack is.
  if (depth === DEEPEST) return '[…]';
  if (Array.isArray(value)) return value.map((item) => redacted(item, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([name, held]) => [name, SECRET_NAMES.test(name) && typeof held === 'string' ? REDACTED : redacted(held, depth + 1)]));
}
