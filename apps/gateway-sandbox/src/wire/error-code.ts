/** The code of a system error, or null. Looks at the shape: an error of another realm is no `instanceof Error` here. */
export function errorCode(thrown: unknown): string | null {
  return typeof thrown === 'object' && thrown !== null && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : null;
}
