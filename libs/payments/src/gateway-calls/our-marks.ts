const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether this can be an identifier of ours. Whoever else sells through the same account writes there what he likes. */
export function isUuid(text: unknown): text is string {
  return typeof text === 'string' && UUID.test(text);
}
