import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { asUser, BIOLOGY, signToken, TestSandbox, withKey } from '../testing/sandbox.fixture.js';

const MINE = `/api/enrollment/v1/enrollment/${BIOLOGY}`;
const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' };
const CLIENT = 'grant_type=client_credentials&client_id=sandbox-client&client_secret=sandbox-secret';

let lms: TestSandbox;
beforeAll(async () => {
  lms = await TestSandbox.start();
  await lms.seed({ users: [{ username: 'sleeper', email: 'sleeper@example.com', isActive: false }] });
});
afterAll(() => lms.stop());

const statusWith = async (headers: Record<string, string>): Promise<number> => (await lms.lms(MINE, { headers })).status;
const token = (form: string, headers: Record<string, string> = {}) => lms.lms('/oauth2/access_token', { method: 'POST', headers: { ...FORM, ...headers }, body: form });

describe('a call is let in', () => {
  it('with the API key, or with a JWT of a user, active or not', async () => {
    expect([await statusWith(withKey), await statusWith(await asUser('learner1')), await statusWith(await asUser('sleeper'))]).toEqual([200, 200, 200]);
  });

  it('with the two halves of a JWT in cookies, which change something only with a CSRF token', async () => {
    const [head, payload, signature] = (await signToken({ preferred_username: 'learner1' })).split('.');
    const jwt = `edx-jwt-cookie-header-payload=${head}.${payload}; edx-jwt-cookie-signature=${signature}`;
    expect(await statusWith({ Cookie: jwt })).toBe(200);
    const { json } = await lms.lms('/csrf/api/v1/token');
    expect((await lms.enroll({ user: undefined }, { Cookie: jwt })).status).toBe(403);
    const csrf = String(json['csrfToken']);
    expect((await lms.enroll({ user: undefined }, { Cookie: `${jwt}; csrftoken=${csrf}`, 'X-CSRFToken': csrf })).status).toBe(200);
  });
});

describe('a call is a 401', () => {
  it('with a JWT that is badly signed, expired, unsigned, incomplete or of nobody', async () => {
    const header = (jwt: string) => ({ Authorization: `JWT ${jwt}` });
    const claims = { preferred_username: 'learner1' };
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify({ ...claims, iat: 1, exp: 9e9 })).toString('base64url')}.`;
    const bad = [
      await signToken(claims, 'another-secret-0123456789abcdef-01234'),
      await signToken({ ...claims, exp: 1_000_000_000 }),
      await signToken({ ...claims, exp: undefined }),
      await signToken({ ...claims, version: '2.0.0' }),
      await signToken({}),
      await signToken({ preferred_username: 'nobody' }),
      unsigned,
      'x',
    ];
    for (const jwt of bad) expect([jwt, await statusWith(header(jwt))]).toEqual([jwt, 401]);
    expect(await statusWith({ Authorization: 'JWT' })).toBe(401);
  });

  it('with a bad JWT even beside a good key, but not with a bad cookie beside it', async () => {
    expect(await statusWith({ ...withKey, Authorization: 'JWT x.y.z' })).toBe(401);
    expect(await statusWith({ ...withKey, Cookie: 'edx-jwt-cookie-header-payload=x.y; edx-jwt-cookie-signature=z' })).toBe(200);
  });

  it('with a JWT behind the word Bearer, which stands for opaque tokens', async () => {
    const { status, json } = await lms.lms(MINE, { headers: { Authorization: `Bearer ${await signToken({ preferred_username: 'learner1' })}` } });
    expect([status, json['error_code']]).toEqual([401, 'token_nonexistent']);
  });

  it('before its body is read', async () => {
    expect((await lms.lms('/api/enrollment/v1/enrollment', { method: 'POST', body: '{' })).status).toBe(401);
    const broken = await lms.lms('/api/enrollment/v1/enrollment', { method: 'POST', headers: withKey, body: '{' });
    expect([broken.status, broken.json['detail']]).toEqual([400, expect.stringContaining('JSON parse error')]);
    const text = await lms.lms('/api/enrollment/v1/enrollment', { method: 'POST', headers: { ...withKey, 'Content-Type': 'text/plain' }, body: 'x' });
    expect([text.status, text.json['detail']]).toEqual([415, 'Unsupported media type "text/plain" in request.']);
  });
});

it('takes staff rights from the user record, not from claims', async () => {
  const claimed = await asUser('learner1', { administrator: true, superuser: true });
  expect((await lms.enroll({ user: 'learner2' }, claimed)).status).toBe(404);
  expect((await lms.enroll({ user: 'learner2', mode: 'verified' }, await asUser('staff'))).status).toBe(200);
});

describe('oauth2/access_token', () => {
  it('answers a JWT that acts as the owner of the application', async () => {
    const { status, json } = await token(`${CLIENT}&token_type=jwt`);
    expect([status, json]).toEqual([200, { access_token: expect.any(String), expires_in: 3600, token_type: 'JWT', scope: 'read write email profile user_id' }]);
    const claims = decodeJwt(String(json['access_token']));
    expect(claims).toMatchObject({
      iss: `${lms.sandbox.lmsUrl}/oauth2`, aud: 'lms-key', preferred_username: 'staff', email: 'staff@example.com', administrator: true, superuser: false,
      version: '1.2.0', grant_type: 'client_credentials', filters: [], is_restricted: false, scopes: ['read', 'write', 'email', 'profile', 'user_id'],
    });
    expect(Number(claims.exp) - Number(claims.iat)).toBe(3600);
    expect((await lms.enroll({ user: 'learner3', mode: 'verified' }, { Authorization: `JWT ${String(json['access_token'])}` })).status).toBe(200);
  });

  it('answers an opaque Bearer token to those who do not ask for a JWT', async () => {
    const { json } = await token(CLIENT);
    expect([json['token_type'], await statusWith({ Authorization: `Bearer ${String(json['access_token'])}` })]).toEqual(['Bearer', 200]);
  });

  it('hears the wish for a JWT in a header, credentials by Basic, a narrower scope, and a slash at the end', async () => {
    const basic = `Basic ${Buffer.from('sandbox-client:sandbox-secret').toString('base64')}`;
    const headers = { ...FORM, Authorization: basic, 'X-Token-Type': 'jwt' };
    const { json } = await lms.lms('/oauth2/access_token/', { method: 'POST', headers, body: 'grant_type=client_credentials&scope=read' });
    expect(json['scope']).toBe('read');
    expect(decodeJwt(String(json['access_token']))).not.toHaveProperty('email');
  });

  it('refuses an unknown client, a wrong secret and other grants', async () => {
    const invalid = [401, { error: 'invalid_client' }];
    for (const form of [CLIENT.replace('sandbox-client', 'x'), CLIENT.replace('sandbox-secret', 'x'), 'grant_type=client_credentials']) {
      const { status, json } = await token(form);
      expect([status, json]).toEqual(invalid);
    }
    for (const form of ['', 'grant_type=password&username=learner1']) expect((await token(form)).json).toEqual({ error: 'unsupported_grant_type' });
    expect((await token(`${CLIENT}&scope=all`)).json).toEqual({ error: 'invalid_scope' });
  });
});

describe('accounts', () => {
  const account = async (name: string, headers: Record<string, string>) => lms.lms(`/api/user/v1/accounts/${name}`, { headers });

  it('show a user all of himself, staff all of everyone, and others what is public', async () => {
    expect((await account('learner1', await asUser('learner1'))).json).toMatchObject({ username: 'learner1', email: 'learner1@example.com', is_active: true });
    expect((await account('sleeper', await asUser('staff'))).json).toMatchObject({ is_active: false });
    expect((await account('learner1', await asUser('learner2'))).json).not.toHaveProperty('email');
  });

  it('do not know the API key, nor unknown users', async () => {
    expect([(await account('learner1', withKey)).status, (await account('nobody', await asUser('staff'))).status]).toEqual([401, 404]);
  });
});

it('lets a front end of this machine call with its cookies, and says so before', async () => {
  const Origin = 'http://localhost:1996';
  const preflight = await lms.lms(MINE, { method: 'OPTIONS', headers: { Origin, 'Access-Control-Request-Method': 'GET' } });
  expect([preflight.status, preflight.headers.get('access-control-allow-headers')]).toEqual([200, expect.stringContaining('use-jwt-cookie')]);
  const answer = await lms.lms(MINE, { headers: { ...withKey, Origin } });
  expect([answer.headers.get('access-control-allow-origin'), answer.headers.get('access-control-allow-credentials')]).toEqual([Origin, 'true']);
  const foreign = await lms.lms(MINE, { headers: { ...withKey, Origin: 'https://elsewhere.example.com' } });
  expect(foreign.headers.get('access-control-allow-origin')).toBeNull();
});

it('answers 405 to a method that a path does not have, and a page to a path that is not there', async () => {
  const wrong = await lms.lms('/api/enrollment/v1/enrollment', { method: 'PUT', headers: withKey, body: {} });
  expect([wrong.status, wrong.json['detail'], wrong.headers.get('allow')]).toEqual([405, 'Method "PUT" not allowed.', 'GET, POST, OPTIONS']);
  const nowhere = await lms.lms('/api/enrollment/v9/enrollment');
  expect([nowhere.status, nowhere.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
});
