import { z } from 'zod';

/** Control characters, lone surrogates and marks that turn the direction of writing have no place in any field; PostgreSQL takes no NUL. */
const CLEAN = /^[^\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]*$/u;
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;

/** Text for people, of 1 to `max` characters. */
export function text(max: number) {
  return z
    .string()
    .trim()
    .regex(CLEAN, 'must not contain control characters')
    .regex(VISIBLE, 'must not be empty')
    .refine((value) => [...value].length <= max, `must be at most ${max} characters long`);
}

/** An LMS username: the letters that Open edX allows, Unicode ones included (an LMS may switch them on). Dots alone would be a path. */
export const username = z.string().regex(/^(?!\.{1,2}$)[\p{L}\p{N}_@+.-]{1,150}$/u, 'must be a username: letters, digits and _ @ + . - only, at most 150');

export const sku = z.string().regex(/^[A-Za-z0-9._-]{1,64}$/, 'must be a SKU: letters, digits and . _ - only, at most 64');

export const email = z.email('must be an e-mail address').max(254);
