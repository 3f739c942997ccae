import { jest } from '@jest/globals';
import { EncryptJWT, SignJWT, UnsecuredJWT, generateKeyPair } from 'jose';
import { ALICE, ISSUED_AT_SECONDS, SECRET, encoded, tokenOf } from './token.fake.js';
import { TokenError, TokenReader } from './token.reader.js';

const reader = new TokenReader(SECRET);

/** Why a token is refused, in words for its bearer. */
async function refusal(token: string): Promise<string> {
  const thrown: unknown = await reader.read(token).then(
    () => new Error('Nothing was refused.'),
    (error: unknown) => error,
  );
  if (thrown instanceof TokenError) return thrown.message;
  throw thrown;
}

beforeAll(() => {
  jest.useFakeTimers({ now: ISSUED_AT_SECONDS * 1_000, doNotFake: ['setTimeout', 'setInterval', 'setImmediate', 'nextTick', 'queueMicrotask', 'performance', 'hrtime'] });
});
afterAll(() => jest.useRealTimers());

describe('a good token', () => {
  it('says who its bearer is', async () => {
    expect(await reader.read(tokenOf())).toEqual({ username: 'alice', email: 'alice@example.com', isStaff: false });
  });

  it('of the form that the LMS gives is read', async () => {
    const claims = {
      ...ALICE, iss: 'http://localhost:18000/oauth2', aud: 'lms-key', grant_type: 'client_credentials', scopes: ['read', 'write', 'email', 'profile', 'user_id'], version: '1.2.0',
      sub: '0f', filters: [], is_restricted: false, email_verified: true, user_id: 7, name: '', given_name: '', family_name: '', administrator: true, superuser: false,
    };
    expect(await reader.read(tokenOf(claims, { alg: 'HS256', typ: 'JWT', kid: 'x' }))).toEqual({ username: 'alice', email: 'alice@example.com', isStaff: true });
  });

  it.each([undefined, null])('may leave the e-mail address out: %p', async (email) => {
    expect(await reader.read(tokenOf({ ...ALICE, email }))).toEqual({ username: 'alice', email: null, isStaff: false });
  });

  it.each(['josé', '山田太郎', 'a.b+c@d-e_f', 'a'.repeat(150)])('may be that of %s', async (username) => {
    expect(await reader.read(tokenOf({ ...ALICE, preferred_username: username }))).toMatchObject({ username });
  });

  it.each([
    ['is silent', { administrator: undefined }],
    ['speaks of another office', { administrator: undefined, superuser: true, is_staff: true, roles: ['administrator'] }],
  ])('makes nobody staff that %s', async (_, change) => {
    expect(await reader.read(tokenOf({ ...ALICE, ...change }))).toMatchObject({ isStaff: false });
  });

  it('makes nobody staff by a key named __proto__', async () => {
    const claims = JSON.stringify({ ...ALICE, administrator: undefined }).replace('{', '{"__proto__":{"administrator":true},');
    expect(await reader.read(tokenOf(claims))).toMatchObject({ username: 'alice', isStaff: false });
  });

  it('is good to the second, and one more for clocks that differ', async () => {
    expect(await reader.read(tokenOf({ ...ALICE, exp: ISSUED_AT_SECONDS }))).toMatchObject({ username: 'alice' });
    expect(await refusal(tokenOf({ ...ALICE, exp: ISSUED_AT_SECONDS - 1 }))).toMatch(/expired/);
    expect(await reader.read(tokenOf({ ...ALICE, nbf: ISSUED_AT_SECONDS + 1 }))).toMatchObject({ username: 'alice' });
  });
});

describe('a token is refused', () => {
  const [header = '', claims = '', signature = ''] = tokenOf().split('.');

  it.each<[string, () => string | Promise<string>]>([
    ['that is not signed', () => new UnsecuredJWT(ALICE).encode()],
    ['that says so and is signed all the same', () => tokenOf(ALICE, { alg: 'none' })],
    ['that says so in capitals', () => tokenOf(ALICE, { alg: 'NONE' })],
    ['without an algorithm', () => tokenOf(ALICE, {})],
    ['with a list of algorithms', () => tokenOf(ALICE, { alg: ['HS256'] })],
    ['whose signature was cut off', () => `${header}.${claims}.`],
    ['whose signature and its dot were cut off', () => `${header}.${claims}`],
    ['whose claims were changed', () => `${header}.${encoded({ ...ALICE, administrator: true })}.${signature}`],
    ['whose header was changed', () => `${encoded({ alg: 'HS256', kid: 'x' })}.${claims}.${signature}`],
    ['signed by another secret', () => tokenOf(ALICE, undefined, `${SECRET}.`)],
    ['signed by no secret', () => tokenOf(ALICE, undefined, '')],
    ['signed by HS512 with the right secret', () => new SignJWT(ALICE).setProtectedHeader({ alg: 'HS512' }).sign(Buffer.from(SECRET.repeat(2)))],
    ['signed by RS256', async () => new SignJWT(ALICE).setProtectedHeader({ alg: 'RS256' }).sign((await generateKeyPair('RS256')).privateKey)],
    ['signed by RS512, as the cookies of the LMS are', async () => new SignJWT(ALICE).setProtectedHeader({ alg: 'RS512' }).sign((await generateKeyPair('RS512')).privateKey)],
    ['that brings its own key', () => tokenOf(ALICE, { alg: 'HS256', jwk: { kty: 'oct', k: encoded('mine') } }, 'mine')],
    ['that is encrypted', () => new EncryptJWT(ALICE).setProtectedHeader({ alg: 'dir', enc: 'A256GCM' }).encrypt(Buffer.from(SECRET.slice(0, 32)))],
    ['with an extension that must be understood', () => tokenOf(ALICE, { alg: 'HS256', crit: ['x'], x: 1 })],
    ['whose claims are not encoded', () => tokenOf(ALICE, { alg: 'HS256', crit: ['b64'], b64: false })],
    ['whose claims are a list', () => tokenOf([])],
    ['whose claims are null', () => tokenOf('null')],
    ['whose claims are no JSON', () => tokenOf('claims')],
    ['whose claims are no UTF-8', () => tokenOf(Uint8Array.of(0xff, 0xfe))],
    ['whose header is no JSON', () => tokenOf(ALICE, 'header')],
    ['without an expiry', () => tokenOf({ ...ALICE, exp: undefined })],
    ['that never expires', () => tokenOf({ ...ALICE, exp: null })],
    ['whose expiry is a text', () => tokenOf({ ...ALICE, exp: String(ALICE.exp) })],
    ['without an issue time', () => tokenOf({ ...ALICE, iat: undefined })],
    ['whose issue time is a text', () => tokenOf({ ...ALICE, iat: String(ALICE.iat) })],
    ['that is not valid yet', () => tokenOf({ ...ALICE, nbf: ISSUED_AT_SECONDS + 2 })],
    ['that is valid from a text on', () => tokenOf({ ...ALICE, nbf: 'now' })],
    ['that is empty', () => ''],
    ['of dots', () => '..'],
    ['of NULs', () => '\0.\0.\0'],
    ['with a fourth part', () => `${tokenOf()}.x`],
  ])('%s', async (_, token) => {
    expect(await refusal(await token())).toBe('The token is not valid.');
  });

  it.each([-1, 0, ISSUED_AT_SECONDS - 1])('once it has expired, with the way out: %d', async (exp) => {
    expect(await refusal(tokenOf({ ...ALICE, exp }))).toBe('The token has expired: get a new one.');
  });

  it.each([undefined, null, '', 7, {}, ['alice'], 'a/../b', 'a b', 'a\\b', 'alice\n', 'alice\0', 'a%2Fb', "alice' --", 'alice,bob', '\ud800', '\u202ealice', 'a'.repeat(151)])(
    'for the username %j, by the name of the claim alone',
    async (username) => {
      expect(await refusal(tokenOf({ ...ALICE, preferred_username: username }))).toBe('The token lacks a usable claim: preferred_username.');
    },
  );

  it.each([
    ['administrator', 'true'],
    ['administrator', 1],
    ['administrator', null],
    ['email', 7],
    ['email', ['alice@example.com']],
    ['email', `${'a'.repeat(250)}@x.io`],
  ])('for %s %j', async (claim, value) => {
    expect(await refusal(tokenOf({ ...ALICE, [claim]: value }))).toBe(`The token lacks a usable claim: ${claim}.`);
  });

  it.each(['alice\0@example.com', 'alice\ud800@example.com', 'alice@example.com\r\nBcc: all@example.com'])('for the e-mail address %j', async (email) => {
    expect(await refusal(tokenOf({ ...ALICE, email }))).toBe('The token lacks a usable claim: email.');
  });

  it('but not for an e-mail address that the LMS does not know and leaves empty', async () => {
    expect(await reader.read(tokenOf({ ...ALICE, email: '' }))).toMatchObject({ email: null });
  });
});
