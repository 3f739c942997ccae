import { randomBytes } from 'node:crypto';

const SKU = /^[A-Za-z0-9._-]{1,64}$/;
/** Crockford's base 32: no I, L, O and U, so that a SKU read aloud or by eye is not mistaken. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const NEW_SKU_LENGTH = 16;

/** Whether a text has the form of a SKU: 1 to 64 letters, digits, points, underscores and hyphens. */
export function isSku(text: string): boolean {
  return SKU.test(text);
}

/** A SKU that says nothing and that no other product has: 80 random bits. */
export function newSku(): string {
  // 256 is a multiple of 32, so every character is equally likely.
  return Array.from(randomBytes(NEW_SKU_LENGTH), (byte) => ALPHABET.charAt(byte % ALPHABET.length)).join('');
}
