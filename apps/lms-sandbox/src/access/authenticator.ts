import type { IncomingHttpHeaders } from 'node:http';
import { detail, json, type LmsAnswer } from '../wire/lms-answer.js';
import type { User } from '../world/world.schema.js';
import type { UserStore } from '../world/user.store.js';
import type { Caller } from './caller.js';
import { readCookies } from './cookies.js';
import { TokenRefusedError, type Tokens } from './tokens.js';

/** The challenge that every 401 of the LMS carries. */
export const CHALLENGE = { 'WWW-Authenticate': 'JWT realm="api"' };
const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS'];

export type Authentication = { readonly caller: Caller } | { readonly refusal: LmsAnswer };

export interface AuthenticatorOptions {
  readonly apiKey: string;
  readonly tokens: Tokens;
  readonly users: UserStore;
}

/**
 * Finds out who calls. A bad `Authorization` header is refused even beside a good API key; a wrong key alone, or a
 * bad cookie, is as if it were not there. Session cookies do not exist here: the sandbox has no login page.
 */
export class Authenticator {
  constructor(private readonly options: AuthenticatorOptions) {}

  async authenticate(method: string, headers: IncomingHttpHeaders): Promise<Authentication> {
    const hasKey = headers['x-edx-api-key'] === this.options.apiKey;
    try {
      const byHeader = await this.byHeader(headers.authorization ?? '');
      if (byHeader !== null) return { caller: { user: byHeader, hasKey } };
    } catch (error) {
      if (error instanceof CredentialsRefused) return { refusal: error.answer };
      throw error;
    }
    const byCookie = await this.byCookie(headers.cookie);
    if (byCookie !== null && !passesCsrf(method, headers)) return { refusal: detail(403, 'CSRF Failed: CSRF token missing or incorrect.') };
    return { caller: { user: byCookie, hasKey } };
  }

  private async byHeader(authorization: string): Promise<User | null> {
    const [scheme = '', token, ...more] = authorization.split(' ').filter((part) => part !== '');
    const kind = scheme.toLowerCase();
    if (kind !== 'jwt' && kind !== 'bearer') return null;
    if (token === undefined) throw refuse('Invalid Authorization header. No credentials provided.');
    if (more.length > 0) throw refuse('Invalid Authorization header. Credentials string should not contain spaces.');
    return kind === 'jwt' ? this.byJwt(token) : this.byOpaqueToken(token);
  }

  private async byJwt(token: string): Promise<User> {
    try {
      return this.existing(await this.options.tokens.readJwt(token));
    } catch (error) {
      throw error instanceof TokenRefusedError ? refuse(error.message) : error;
    }
  }

  private byOpaqueToken(token: string): User {
    try {
      return this.existing(this.options.tokens.readOpaque(token));
    } catch (error) {
      if (!(error instanceof TokenRefusedError)) throw error;
      throw new CredentialsRefused(json(401, { error_code: error.code, developer_message: error.message }, { headers: CHALLENGE }));
    }
  }

  /** The two halves of a JWT, kept apart so that a page's script cannot read the signature. */
  private async byCookie(header: string | undefined): Promise<User | null> {
    const cookies = readCookies(header);
    const payload = cookies.get('edx-jwt-cookie-header-payload');
    const signature = cookies.get('edx-jwt-cookie-signature');
    if (payload === undefined || signature === undefined) return null;
    try {
      return this.existing(await this.options.tokens.readJwt(`${payload}.${signature}`));
    } catch (error) {
      if (error instanceof TokenRefusedError) return null;
      throw error;
    }
  }

  /** The LMS would make an account for a name it does not know; here that is more likely a mistake, and is refused. */
  private existing(username: string): User {
    const user = this.options.users.find(username);
    if (user === undefined) throw new TokenRefusedError('User retrieval failed.');
    return user;
  }
}

class CredentialsRefused extends Error {
  constructor(readonly answer: LmsAnswer) {
    super('The credentials were refused.');
  }
}

function refuse(sentence: string): CredentialsRefused {
  return new CredentialsRefused(detail(401, sentence, CHALLENGE));
}

function passesCsrf(method: string, headers: IncomingHttpHeaders): boolean {
  if (SAFE_METHODS.includes(method)) return true;
  const expected = readCookies(headers.cookie).get('csrftoken');
  return expected !== undefined && headers['x-csrftoken'] === expected;
}
