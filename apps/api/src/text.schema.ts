import { z } from 'zod';

/** Control characters and lone surrogates have no place in any field, and PostgreSQL takes no NUL. */
const CLEAN = /^[^\p{Cc}\p{Cs}]*$/u;

/** Text for people, of 1 to `max` characters. */
export function text(max: number) {
  return z.string().trim().min(1, 'must not be empty').max(max, `must be at most ${max} characters long`).regex(CLEAN, 'must not contain control characters');
}

/** An LMS username: the letters that Open edX allows, Unicode ones included (an LMS may switch them on). */
export const username = z.string().regex(/^[\p{L}\p{N}_@+.-]{1,150}$/u, 'must be a username: letters, digits and _ @ + . - only, at most 150');

export const sku = z.string().regex(/^[A-Za-z0-9._-]{1,64}$/, 'must be a SKU: letters, digits and . _ - only, at most 64');
