import { randomInt } from 'node:crypto';

const MIXED = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const UPPER = 'ABCDEFGHJKLMNPQRSTUVWXYZ0123456789';
const STRIPE_LENGTH = 24;
const PAYPAL_LENGTH = 17;

/** An id as Stripe makes them: `pi_3…`. */
export function stripeId(prefix: string, length = STRIPE_LENGTH): string {
  return `${prefix}_${random(MIXED, length)}`;
}

/** An id as PayPal makes them: 17 capital letters and digits. */
export function paypalId(length = PAYPAL_LENGTH): string {
  return random(UPPER, length);
}

function random(letters: string, length: number): string {
  return Array.from({ length }, () => letters[randomInt(letters.length)]).join('');
}
