import { html, json, type LmsAnswer } from '../wire/lms-answer.js';
import { fieldsOf, type LmsCall, type Resource } from '../wire/lms-call.js';
import type { User } from '../world/world.schema.js';
import type { World } from '../world/world.js';
import type { RateLimit } from './rate-limit.js';
import { TOKEN_LIFE_SECONDS, type Tokens } from './tokens.js';

const PER_MINUTE = 120;
const KNOWN_SCOPES = ['read', 'write', 'email', 'profile', 'user_id'];

export interface OAuthParts {
  readonly world: World;
  readonly tokens: Tokens;
  readonly rateLimit: RateLimit;
}

/** `oauth2/access_token`: tokens for services. The token acts as the user who owns the OAuth application. */
export function oauthResources(parts: OAuthParts): readonly Resource[] {
  const operations = { POST: (call: LmsCall) => issue(call, parts) };
  // Not counted by the enrollment API's limit: it has one of its own.
  return ['/oauth2/access_token', '/oauth2/access_token/'].map((path) => ({ path, access: 'public', throttled: false, operations }));
}

async function issue(call: LmsCall, parts: OAuthParts): Promise<LmsAnswer> {
  // The contract gives the limit but not its answer; the LMS shows its page for too many requests.
  if (parts.rateLimit.admit(`token ${call.addresses.join()}`, PER_MINUTE) > 0) return html(429, '<!doctype html><html><body><h1>Too Many Requests</h1></body></html>');
  const form = fieldsOf(call.body);
  // A password grant would need passwords, which the sandbox's users do not have.
  if (form['grant_type'] !== 'client_credentials') return json(400, { error: 'unsupported_grant_type' });
  const owner = findOwner(form, call, parts.world);
  if (owner === null) return json(401, { error: 'invalid_client' });
  const scopes = typeof form['scope'] === 'string' && form['scope'] !== '' ? form['scope'].split(' ') : KNOWN_SCOPES;
  if (!scopes.every((scope) => KNOWN_SCOPES.includes(scope))) return json(400, { error: 'invalid_scope' });
  return json(200, await tokenFor(owner, { call, form, scopes, tokens: parts.tokens }));
}

interface Wish {
  readonly call: LmsCall;
  readonly form: Readonly<Record<string, unknown>>;
  readonly scopes: readonly string[];
  readonly tokens: Tokens;
}

async function tokenFor(user: User, { call, form, scopes, tokens }: Wish): Promise<Record<string, unknown>> {
  const rest = { expires_in: TOKEN_LIFE_SECONDS, scope: scopes.join(' ') };
  const wantsJwt = [form['token_type'], call.headers['x-token-type']].some((type) => typeof type === 'string' && type.toLowerCase() === 'jwt');
  if (!wantsJwt) return { access_token: tokens.issueOpaque(user), token_type: 'Bearer', ...rest };
  // `asymmetric_jwt` is not heard: this sandbox holds the shared secret alone.
  return { access_token: await tokens.signJwt({ user, scopes, origin: call.origin }), token_type: 'JWT', ...rest };
}

function findOwner(form: Readonly<Record<string, unknown>>, { headers }: LmsCall, world: World): User | null {
  const [clientId, clientSecret] = basicCredentials(headers.authorization) ?? [form['client_id'], form['client_secret']];
  const application = typeof clientId === 'string' ? world.applications.get(clientId) : undefined;
  if (application === undefined || application.clientSecret !== clientSecret) return null;
  return world.users.find(application.owner) ?? null;
}

/** OAuth also lets a client show itself by HTTP Basic. */
function basicCredentials(authorization: string | undefined): [string, string] | null {
  const encoded = /^basic (\S+)$/i.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return null;
  const [id = '', ...secret] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  return [id, secret.join(':')];
}
