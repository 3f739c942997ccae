import { z } from 'zod';
import { ProblemError } from '../problems/problem.js';

/** A cursor in a list whose positions are long, such as the keys of course runs. */
export const longCursor = z.string().max(2_000).optional();

/** A place in a list, opaque to clients. */
export function encodePosition(position: string): string {
  return Buffer.from(position).toString('base64url');
}

/** @param form what a position looks like. @throws {ProblemError} when the cursor is none of ours. */
export function decodePosition(cursor: string, form: z.ZodType<string>): string {
  const position = form.safeParse(Buffer.from(cursor, 'base64url').toString());
  if (!position.success) throw new ProblemError('invalid_request', 'The cursor is not one that this service gave.', [{ parameter: 'cursor', detail: 'must be the nextCursor of an earlier page' }]);
  return position.data;
}
