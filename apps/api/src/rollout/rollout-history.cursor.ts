import { ProblemError } from '../problems/problem.js';

const VERSION = /^[1-9]\d{0,14}$/;

/** A place in the history, opaque to clients. */
export function encodeVersionCursor(version: number): string {
  return Buffer.from(String(version)).toString('base64url');
}

/** @throws {ProblemError} when it is none of ours. */
export function decodeVersionCursor(cursor: string): number {
  const version = Buffer.from(cursor, 'base64url').toString();
  if (!VERSION.test(version)) throw new ProblemError('invalid_request', 'The cursor is not one that this service gave.', [{ parameter: 'cursor', detail: 'must be the nextCursor of an earlier page' }]);
  return Number(version);
}
