import { webcrypto } from 'node:crypto';
import { errors, jwtVerify } from 'jose';
import { z } from 'zod';
import { text, username } from '../text.schema.js';

/** The claims that are read, as the LMS writes them (its OAuth2 and JWT handbook; `administrator` is its `is_staff`). */
const Claims = z.object({
  preferred_username: username,
  // Django keeps a missing address as an empty text.
  email: text(254).or(z.literal('')).nullish(),
  administrator: z.boolean().default(false),
});

/** What a token says of its bearer. */
export interface TokenFacts {
  readonly username: string;
  readonly email: string | null;
  readonly isStaff: boolean;
}

/** Open edX services allow this much difference between clocks. */
const CLOCK_TOLERANCE_SECONDS = 1;

/** The token is not good, for a reason that its bearer may know. */
export class TokenError extends Error {}

/** Reads tokens that are signed with the shared secret by HS256, and no others: `alg: none` is refused. */
export class TokenReader {
  /** Made once: from the bare secret `jose` would make a key anew for every token. */
  private readonly key: Promise<webcrypto.CryptoKey>;

  constructor(secret: string) {
    this.key = webcrypto.subtle.importKey('raw', new TextEncoder().encode(secret), { name: 'HMAC', hash: 'SHA-256' }, false, ['verify']);
  }

  /** @throws {TokenError} */
  async read(token: string): Promise<TokenFacts> {
    const claims = Claims.safeParse(await this.verified(token));
    if (!claims.success) throw new TokenError(`The token lacks a usable claim: ${claims.error.issues.map(({ path }) => path.join('.')).join(', ')}.`);
    const { preferred_username: username, email, administrator: isStaff } = claims.data;
    return { username, email: email || null, isStaff };
  }

  private async verified(token: string): Promise<unknown> {
    try {
      const { payload } = await jwtVerify(token, await this.key, { algorithms: ['HS256'], requiredClaims: ['exp', 'iat'], clockTolerance: CLOCK_TOLERANCE_SECONDS });
      return payload;
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw new TokenError('The token has expired: get a new one.');
      if (error instanceof errors.JOSEError) throw new TokenError('The token is not valid.');
      throw error;
    }
  }
}
