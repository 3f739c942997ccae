import type { CodePosition } from '#codes';
import { z } from 'zod';
import { decodePosition, encodePosition } from '../courses/position-cursor.js';

const Form = z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}:\d{1,6}$/);

export function encodeCodePosition({ lineId, position }: CodePosition): string {
  return encodePosition(`${lineId}:${position}`);
}

/** @throws {ProblemError} when the cursor is none of ours. */
export function decodeCodePosition(cursor: string): CodePosition {
  const [lineId = '', position = ''] = decodePosition(cursor, Form).split(':');
  return { lineId, position: Number(position) };
}
