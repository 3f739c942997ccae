import { inspect, types } from 'node:util';
import { isDatabaseAway } from '#orders';

/** Errors that state a fact and what to do. */
const EXPECTED: ReadonlySet<string> = new Set(['EnvironmentError', 'ProductTypesError', 'PaymentProcessorsError', 'WiringError', 'UnknownProductTypeError', 'CommandError', 'LmsCredentialsMissingError', 'LmsRefusedError', 'LmsUnansweredError', 'ImportStoppedError', 'UnknownProcessorError', 'NotAGatewayError', 'PaymentLeaseTooShortError']);

/** PostgreSQL's words for a table or a column that is not there. */
const UNDEFINED: ReadonlySet<string> = new Set(['42P01', '42703']);

/** A command cannot go on: says why, and what to change. */
export class CommandError extends Error {
  constructor(fact: string) {
    super(fact);
    this.name = 'CommandError';
  }
}

/** What to show of an error that ended a command: its sentence where it has a fact to tell, the stack where it is a bug. */
export function describeFailure(error: unknown): string {
  if (!types.isNativeError(error)) return inspect(error);
  // Node's and PostgreSQL's own errors carry a code: a missing file, a refused connection, a missing table.
  const toldByCode = 'code' in error && typeof error.code === 'string';
  if (toldByCode && 'errors' in error && Array.isArray(error.errors)) return error.errors.map(describeFailure).join('\n');
  if (isSchemaOutdated(error)) return `${error.message}: bring the database up to date with the migrations first.`;
  if (isDatabaseAway(error)) return `The database cannot be reached: ${error.message}. Start it, or set DATABASE_URL to another one.`;
  return EXPECTED.has(error.name) || toldByCode ? error.message : inspect(error);
}

/** Whether something thrown says that the database is older than this program. */
export function isSchemaOutdated(thrown: unknown): boolean {
  return types.isNativeError(thrown) && 'code' in thrown && typeof thrown.code === 'string' && UNDEFINED.has(thrown.code);
}
