import { PublicationLeaseTooShortError } from '#catalog';
import { EnvironmentError, PaymentProcessorsError, ProductTypesError, RefundSettingsError } from '#config';
import { LeaseTooShortError, WiringError, missingProvider, stackOf } from '#fulfillment';
import { isDatabaseAway } from '#orders';
import { PaymentLeaseTooShortError } from '#payments';

/** The schema is older than this program. */
export class SchemaOutdatedError extends Error {
  constructor(missing: readonly string[]) {
    super(`The database lacks ${missing.length} migration(s): ${missing.join(', ')}. Run "npm run migrate" first.`);
  }
}

/** Errors whose message alone says what to change. */
const SENTENCES = [EnvironmentError, ProductTypesError, PaymentProcessorsError, RefundSettingsError, WiringError, LeaseTooShortError, PaymentLeaseTooShortError, PublicationLeaseTooShortError, SchemaOutdatedError];

const LISTEN = { fact: '', change: 'Stop the program that has this port, or set HOST and PORT (METRICS_PORT, WORKER_PORT) to others.' };
const DATABASE = { fact: 'The database cannot be reached: ', change: 'Start it, or set DATABASE_URL to another one.' };

/** What to change when the system or PostgreSQL says no, by its code; a database that is away has many. */
const ADVICE: Readonly<Record<string, { readonly fact: string; readonly change: string }>> = {
  EADDRINUSE: LISTEN,
  EADDRNOTAVAIL: LISTEN,
  EACCES: LISTEN,
  '28P01': DATABASE,
  '28000': DATABASE,
  '3D000': DATABASE,
};

function adviceFor(error: Error) {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return ADVICE[code] ?? (isDatabaseAway(error) ? DATABASE : undefined);
}

/** What to show when the boot stops: one sentence where there is one, the stack where it is a bug. Never throws. */
export function bootSentence(error: unknown): string {
  try {
    return knownSentence(error) ?? stackOf(error);
  } catch {
    return stackOf(error);
  }
}

function knownSentence(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (SENTENCES.some((kind) => error instanceof kind)) return error.message;
  const misfit = missingProvider(error);
  if (misfit) return misfit.message;
  const advice = adviceFor(error);
  if (advice === undefined) return undefined;
  // A name with several addresses fails once for each, under an error without words.
  const words = error instanceof AggregateError ? error.errors.map(String).join('; ') : error.message;
  return `${advice.fact}${words}. ${advice.change}`;
}
