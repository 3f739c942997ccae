const NO_WORDS = 'something was thrown that has no words';

/** The words of whatever was thrown. Never throws itself: a plug-in may throw an object without a text, or with traps. */
export function wordsOf(thrown: unknown): string {
  return attempt(() => textIn(thrown, 'message') ?? String(thrown)) ?? NO_WORDS;
}

/** The stack of whatever was thrown, its words where it has none. Never throws itself. */
export function stackOf(thrown: unknown): string {
  return attempt(() => textIn(thrown, 'stack')) ?? wordsOf(thrown);
}

function textIn(thrown: unknown, name: 'message' | 'stack'): string | undefined {
  const text = typeof thrown === 'object' && thrown !== null ? (thrown as Readonly<Record<string, unknown>>)[name] : undefined;
  return typeof text === 'string' && text !== '' ? text : undefined;
}

function attempt(read: () => string | undefined): string | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
