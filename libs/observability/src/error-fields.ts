const DEEPEST_CAUSE = 5;

/** What a log keeps of something thrown: no request and no answer that may hang on it. Never throws: plug-ins throw anything, with traps or in a circle. */
export function errorFields(thrown: unknown, depth = 0): object {
  try {
    if (!(thrown instanceof Error)) return { message: String(thrown) };
    const { name, message, stack, cause } = thrown;
    return { name, message, stack, ...(cause === undefined || depth === DEEPEST_CAUSE ? {} : { cause: errorFields(cause, depth + 1) }) };
  } catch {
    return { message: 'something was thrown that cannot be read' };
  }
}
