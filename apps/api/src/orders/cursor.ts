import { z } from 'zod';
import { ProblemError } from '../problems/problem.js';

const Position = z.uuid();

/** A place in a list, opaque to clients. */
export function encodeCursor(afterId: string): string {
  return Buffer.from(afterId).toString('base64url');
}

/** @throws {ProblemError} when it is none of ours. */
export function decodeCursor(cursor: string): string {
  const position = Position.safeParse(Buffer.from(cursor, 'base64url').toString());
  if (!position.success) throw new ProblemError('invalid_request', 'The cursor is not one that this service gave.', [{ parameter: 'cursor', detail: 'must be the nextCursor of an earlier page' }]);
  return position.data;
}
