import { createHash, createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { errors, jwtVerify, SignJWT, type JWTPayload } from 'jose';
import type { User } from '../world/world.schema.js';

/** How long a token is good for, in seconds. */
export const TOKEN_LIFE_SECONDS = 3600;
const LEEWAY_SECONDS = 1;
const CLAIMS_VERSION = '1.2.0';
/** What the services find in `aud`; most of them do not look. */
const AUDIENCE = 'lms-key';

export interface Grant {
  readonly user: User;
  readonly scopes: readonly string[];
  /** The LMS's own address, for `iss`. */
  readonly origin: string;
}

/** A token that does not open anything. The sentence and the code are the LMS's; it shows the code for opaque tokens only. */
export class TokenRefusedError extends Error {
  override readonly name = 'TokenRefusedError';

  constructor(
    message: string,
    readonly code: 'token_nonexistent' | 'token_expired' | 'token_invalid' = 'token_invalid',
  ) {
    super(message);
  }
}

/**
 * Signs and reads the LMS's tokens: JWTs by HS256, and opaque ones, which are forgotten when the process ends.
 * Time runs by the machine's clock, not by the sandbox's: shifting that must not close every door.
 */
export class Tokens {
  private readonly key: KeyObject;
  private readonly opaque = new Map<string, { readonly username: string; readonly expiresAt: number }>();

  constructor(secret: string) {
    this.key = createSecretKey(Buffer.from(secret, 'utf8'));
  }

  async signJwt({ user, scopes, origin }: Grant): Promise<string> {
    const issuedAt = Math.floor(Date.now() / 1000);
    return new SignJWT({ ...claimsOf(user, scopes), grant_type: 'client_credentials', version: CLAIMS_VERSION })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setIssuer(`${origin}/oauth2`)
      .setAudience(AUDIENCE)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + TOKEN_LIFE_SECONDS)
      .sign(this.key);
  }

  /**
   * The username of a JWT. Issuer and audience are not judged: the tests of other services sign their own tokens.
   *
   * @throws {TokenRefusedError} when it is expired, badly signed, or lacks a claim.
   */
  async readJwt(token: string): Promise<string> {
    const payload = await this.verify(token);
    const username = payload['preferred_username'];
    const version = payload['version'] ?? CLAIMS_VERSION;
    if (typeof version !== 'string' || !version.startsWith('1.')) throw new TokenRefusedError('Token version is not supported.');
    if (typeof username !== 'string' || username === '') throw new TokenRefusedError('JWT must include a preferred_username or username claim!');
    return username;
  }

  issueOpaque(user: User): string {
    const token = randomBytes(20).toString('hex');
    this.opaque.set(token, { username: user.username, expiresAt: Date.now() + TOKEN_LIFE_SECONDS * 1000 });
    return token;
  }

  /** @throws {TokenRefusedError} when the token is unknown or has expired. */
  readOpaque(token: string): string {
    const held = this.opaque.get(token);
    if (held === undefined) throw new TokenRefusedError('The provided access token does not match any valid tokens.', 'token_nonexistent');
    if (held.expiresAt <= Date.now()) throw new TokenRefusedError('The provided access token has expired and is no longer valid.', 'token_expired');
    return held.username;
  }

  private async verify(token: string): Promise<JWTPayload> {
    try {
      const options = { algorithms: ['HS256'], clockTolerance: LEEWAY_SECONDS, requiredClaims: ['exp', 'iat'] };
      return (await jwtVerify(token, this.key, options)).payload;
    } catch (error) {
      throw new TokenRefusedError(error instanceof errors.JWTExpired ? 'Signature has expired.' : 'Error decoding signature.');
    }
  }
}

/** Claims by scope: an e-mail address or a name is told only to those who asked for it. */
function claimsOf(user: User, scopes: readonly string[]): JWTPayload {
  return {
    preferred_username: user.username,
    scopes,
    sub: createHash('md5').update(user.username).digest('hex'),
    filters: [],
    is_restricted: false,
    email_verified: user.isActive,
    ...(scopes.includes('email') && { email: user.email }),
    ...(scopes.includes('user_id') && { user_id: user.id }),
    ...(scopes.includes('profile') && { name: '', given_name: '', family_name: '', administrator: user.isStaff, superuser: user.isSuperuser }),
  };
}
