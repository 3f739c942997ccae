import { randomBytes } from 'node:crypto';

/** 32 characters, none of which is taken for another one: no 0 and O, no 1 and I. */
const ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const LENGTH = 16;
const FORM = new RegExp(`^[${ALPHABET}]{${LENGTH}}$`, 'i');
/** What people put between the characters of a code: blanks and dashes of any kind. */
const BETWEEN = /[\s\p{Pd}]/gu;
/** Longer than any way to write a code. */
const MAX_WRITTEN_LENGTH = 100;

/** A new code: 16 characters of 5 bits each, 80 bits from the system's cryptographic source. */
export function newCode(): string {
  // 32 divides 256, so that the lower five bits of a byte are as random as the byte.
  return Array.from(randomBytes(LENGTH), (byte) => ALPHABET.charAt(byte % ALPHABET.length)).join('');
}

/** The code that somebody wrote, in lower case perhaps, and with blanks or dashes in it; null when it cannot be one. */
export function readCode(written: string): string | null {
  if (written.length > MAX_WRITTEN_LENGTH) return null;
  const code = written.replace(BETWEEN, '');
  return FORM.test(code) ? code.toUpperCase() : null;
}
