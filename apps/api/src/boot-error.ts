import { EnvironmentError, ProductTypesError } from '#config';
import { LeaseTooShortError, WiringError } from '#fulfillment';

/** The schema is older than this program. */
export class SchemaOutdatedError extends Error {
  constructor(missing: readonly string[]) {
    super(`The database lacks ${missing.length} migration(s): ${missing.join(', ')}. Run "npm run migrate" first.`);
  }
}

/** Errors whose message alone says what to change. */
const SENTENCES = [EnvironmentError, ProductTypesError, WiringError, LeaseTooShortError, SchemaOutdatedError];

/** What to show when the boot stops: one sentence where there is one, the stack where it is a bug. */
export function bootSentence(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (SENTENCES.some((kind) => error instanceof kind)) return error.message;
  const code = 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') return `${error.message}. Stop the program that has this port, or set PORT to another one.`;
  if (code === 'ECONNREFUSED') return `The database cannot be reached: ${error.message}. Start it, or set DATABASE_URL to another one.`;
  return error.stack ?? error.message;
}
