/** An error for the log: its name, message and stack, and those of its cause. No other field, because errors carry requests and headers. */
export function errorFields(thrown: unknown): object {
  if (!(thrown instanceof Error)) return { message: String(thrown) };
  const { name, message, stack, cause } = thrown;
  return { name, message, stack, ...(cause === undefined ? {} : { cause: errorFields(cause) }) };
}
