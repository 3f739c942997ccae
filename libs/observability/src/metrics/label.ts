const MAX_LENGTH = 64;

/** A value that can stand as a label: never empty, because Prometheus takes an empty label for none, and never long. */
export function label(value: string): string {
  return [...value].slice(0, MAX_LENGTH).join('').toWellFormed() || 'unknown';
}
