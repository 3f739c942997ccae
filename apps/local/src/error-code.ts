/** The `code` of an error, as Node and PostgreSQL set it. Asks for the field and not for the class: an error may come from another realm. */
export function errorCode(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
