/**
 * SQLSTATE class 08 (connection) but for a protocol violation, class 53 (no room), 57P01-57P03 (shutting down, starting); 25P03, 55P03
 * and 57014: a transaction, a lock or a statement took longer than this process waits.
 */
const STATES = /^08(?!P01)...$|^53...$|^57P0[123]$|^25P03$|^55P03$|^57014$/;
/** What the socket and the resolver say. */
const SOCKET_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN']);
/** node-postgres gives these no code. */
const WORDS = /^Connection terminated|^timeout exceeded when trying to connect|^Query read timeout|^Client has encountered a connection error/;

/** Whether something thrown says that PostgreSQL cannot be reached or takes no work: the same may succeed in a moment. */
export function isDatabaseAway(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false;
  const code = 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : '';
  return STATES.test(code) || SOCKET_CODES.has(code) || WORDS.test(thrown.message);
}

/** SQLSTATE 40P01: PostgreSQL has broken a circle of transactions that waited for one another. Nothing of this one was written. */
export function isDeadlock(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === '40P01';
}
