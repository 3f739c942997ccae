import { createHmac } from 'node:crypto';

export const SECRET = 'a-secret-that-only-the-LMS-and-we-know';

/** For specs: when `tokenOf` issues its tokens, in seconds; they are good for an hour. */
export const ISSUED_AT_SECONDS = 1_795_341_600;

export const ALICE = { preferred_username: 'alice', email: 'alice@example.com', administrator: false, iat: ISSUED_AT_SECONDS, exp: ISSUED_AT_SECONDS + 3_600 };

/** For specs: a token with any header and claims, right ones or wrong ones, signed by HMAC-SHA256. Text is taken as it is. */
export function tokenOf(claims: object | string | Uint8Array = ALICE, header: object | string = { alg: 'HS256', typ: 'JWT' }, secret = SECRET): string {
  const signed = `${encoded(header)}.${encoded(claims)}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

export function encoded(part: object | string | Uint8Array): string {
  return Buffer.from(typeof part === 'string' || part instanceof Uint8Array ? part : JSON.stringify(part)).toString('base64url');
}
