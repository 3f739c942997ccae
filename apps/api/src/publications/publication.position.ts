import type { PublicationPosition } from '#catalog';
import { z } from 'zod';
import { decodePosition, encodePosition } from '../courses/position-cursor.js';

const FORM = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z [^\p{C}]{1,255}$/u)
  .refine((position) => !Number.isNaN(Date.parse(timeOf(position))));

/** A place in the list of publications, opaque to clients. */
export function publicationCursor({ requestedAt, courseId }: PublicationPosition): string {
  return encodePosition(`${requestedAt} ${courseId}`);
}

/** @throws {ProblemError} when the cursor is none of ours. */
export function publicationPosition(cursor: string): PublicationPosition {
  const position = decodePosition(cursor, FORM);
  const requestedAt = timeOf(position);
  return { requestedAt, courseId: position.slice(requestedAt.length + 1) };
}

function timeOf(position: string): string {
  return position.slice(0, position.indexOf(' '));
}
