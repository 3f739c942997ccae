import { inspect } from 'node:util';
import { Test, type TestingModule } from '@nestjs/testing';
import { CommerceClient, type LmsCall, LmsModule } from './index.js';
import { type StubAnswer, StubLms, replying } from './stub-lms.js';

const ID = 'course-v1:AcmeX+BIO1+2026';
const OAUTH = { clientId: 'our-client', clientSecret: 's3cret of/the client' };
const TOKENS = '/oauth2/access_token';

let lms: StubLms;
let app: TestingModule;
let commerce: CommerceClient;
/** Tokens that the LMS takes. */
let good: Set<string>;
let issued: number;
let issue: StubAnswer;

beforeEach(async () => {
  [good, issued] = [new Set(), 0];
  issue = (response) => response.end(JSON.stringify(answerWith(newToken())));
  lms = await new StubLms((response, received) => {
    if (received.path === TOKENS) return issue(response, received);
    const token = /^JWT (.+)$/.exec(received.headers.authorization ?? '')?.[1] ?? '';
    return replying(good.has(token) ? 200 : 401, good.has(token) ? { course_key: ID, enabled: true } : { detail: 'Invalid token.' })(response, received);
  }).listen();
  app = await Test.createTestingModule({ imports: [LmsModule.forRoot({ url: lms.url, apiKey: 's3cret-api-key', oauth: OAUTH })] }).compile();
  commerce = app.get(CommerceClient, { strict: false });
});

afterEach(async () => {
  await app.close();
  await lms.close();
});

it('asks for a JWT by form, and shows it instead of the API key', async () => {
  await enableCredit();
  expect(lms.received.map(({ method, path }) => `${method} ${path}`)).toEqual([`POST ${TOKENS}`, 'PUT /api/credit/v1/courses/course-v1%3AAcmeX%2BBIO1%2B2026/']);
  const [asked, call] = lms.received;
  expect(asked?.headers).toMatchObject({ 'content-type': 'application/x-www-form-urlencoded' });
  expect(Object.fromEntries(new URLSearchParams(asked?.body))).toEqual({ grant_type: 'client_credentials', client_id: OAUTH.clientId, client_secret: OAUTH.clientSecret, token_type: 'jwt' });
  expect(call?.headers).toMatchObject({ authorization: 'JWT token-1' });
  expect(JSON.parse(call?.body ?? '')).toEqual({ course_key: ID, enabled: true });
  for (const { headers } of lms.received) expect(headers).not.toHaveProperty('x-edx-api-key');
});

it('keeps a token for the next calls', async () => {
  await enableCredit();
  await enableCredit();
  expect(shown()).toEqual(['token-1', 'token-1']);
  expect(issued).toBe(1);
});

it('does not use a token that is about to run out', async () => {
  issue = (response) => response.end(JSON.stringify({ ...answerWith(newToken()), expires_in: 30 }));
  await enableCredit();
  await enableCredit();
  expect(shown()).toEqual(['token-1', 'token-2']);
});

it('asks once for all who wait', async () => {
  const waiting: (() => void)[] = [];
  issue = (response) => waiting.push(() => response.end(JSON.stringify(answerWith(newToken()))));
  const calls = [enableCredit(), enableCredit(), enableCredit()];
  await until(() => waiting.length > 0);
  waiting.forEach((answer) => answer());
  await Promise.all(calls);
  expect(shown()).toEqual(['token-1', 'token-1', 'token-1']);
  expect(lms.received.filter(({ path }) => path === TOKENS)).toHaveLength(1);
});

it('replaces a kept token that is no longer taken, once', async () => {
  await enableCredit();
  good.clear();
  await enableCredit();
  expect(shown()).toEqual(['token-1', 'token-1', 'token-2']);
});

it('does not replace a token that was never taken', async () => {
  const token = newToken();
  good.clear();
  issue = replying(200, answerWith(token));
  await expect(enableCredit()).rejects.toMatchObject({ name: 'LmsRefusedError', httpStatus: 401, words: 'Invalid token.' });
  expect(shown()).toEqual(['token-1']);
});

it('gives up when the LMS takes neither the kept token nor a new one', async () => {
  await enableCredit();
  good.clear();
  issue = replying(200, answerWith('token-x'));
  await expect(enableCredit()).rejects.toMatchObject({ httpStatus: 401 });
  expect(shown()).toEqual(['token-1', 'token-1', 'token-x']);
});

it('says that the OAuth application was refused, and asks again for the next call', async () => {
  const issuing = issue;
  issue = replying(401, { error: 'invalid_client' });
  await expect(enableCredit()).rejects.toMatchObject({ name: 'LmsRefusedError', httpStatus: 401, words: 'no token for our OAuth application: error: invalid_client' });
  expect(lms.received).toHaveLength(1);
  issue = issuing;
  await expect(enableCredit()).resolves.toBeUndefined();
});

it.each<[string, unknown]>([
  ['nothing', undefined],
  ['no token', { expires_in: 3600, token_type: 'JWT' }],
  ['an opaque token', { access_token: 'opaque', expires_in: 3600, token_type: 'Bearer' }],
  ['a token with a line end', { access_token: 'a\r\nX-Edx-Api-Key: b', expires_in: 3600, token_type: 'JWT' }],
  ['no life', { access_token: 'a.b.c', token_type: 'JWT' }],
])('takes a 200 with %s for no token', async (_, body) => {
  issue = replying(200, body);
  await expect(enableCredit()).rejects.toMatchObject({ name: 'LmsUnansweredError', end: 'unreadable', mayHaveArrived: false });
  expect(shown()).toEqual([]);
});

it('ends the call and not the request for the token when its caller gives up', async () => {
  const caller = new AbortController();
  const waiting: (() => void)[] = [];
  issue = (response) => waiting.push(() => response.end(JSON.stringify(answerWith(newToken()))));
  const [left, stays] = [enableCredit({ signal: caller.signal }), enableCredit()];
  await until(() => waiting.length > 0);
  caller.abort();
  await expect(left).rejects.toMatchObject({ end: 'network', mayHaveArrived: false });
  waiting.forEach((answer) => answer());
  await expect(stays).resolves.toBeUndefined();
});

it('waits for a token no longer than for the call', async () => {
  issue = () => undefined;
  await expect(enableCredit({ timeoutMs: 50 })).rejects.toMatchObject({ end: 'network', mayHaveArrived: false });
});

it('asks before each request whether it may leave', async () => {
  let asked = 0;
  await enableCredit({ onCall: () => (asked += 1) });
  expect(asked).toBe(2);
  const refuse = () => {
    throw new Error('Not now.');
  };
  await expect(enableCredit({ onCall: refuse })).rejects.toThrow('Not now.');
  expect(lms.received).toHaveLength(2);
});

it('never shows a secret or a token in what it throws', async () => {
  const echo: StubAnswer = (response, { headers, body }) => response.writeHead(400).end(JSON.stringify({ detail: `${inspect(headers)} ${body} ${new URLSearchParams(body).get('client_secret') ?? ''}` }));
  const misbehaviours: (() => void)[] = [() => (issue = echo), () => (issue = (response) => response.socket?.resetAndDestroy()), () => [(issue = replying(200, answerWith('token-t0ken'))), (lms.answer = (response, received) => (received.path === TOKENS ? issue : echo)(response, received))]];
  for (const misbehave of misbehaviours) {
    misbehave();
    const thrown: unknown = await enableCredit().catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(Error);
    expect(inspect(thrown, { depth: 10, showHidden: true })).not.toMatch(/s3cret|t0ken/);
  }
});

function newToken(): string {
  issued += 1;
  good.add(`token-${issued}`);
  return `token-${issued}`;
}

function answerWith(token: string): object {
  return { access_token: token, expires_in: 3600, token_type: 'JWT', scope: 'read write' };
}

function enableCredit(changes: Partial<LmsCall> = {}): Promise<void> {
  return commerce.enableCredit(ID, { timeoutMs: 10_000, signal: new AbortController().signal, ...changes });
}

/** The tokens of the calls, in their order. */
function shown(): (string | undefined)[] {
  return lms.received.filter(({ path }) => path !== TOKENS).map(({ headers }) => headers.authorization?.slice('JWT '.length));
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
