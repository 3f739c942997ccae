import { inspect } from 'node:util';
import { Test, type TestingModule } from '@nestjs/testing';
import { EntitlementClient, type LmsCall, LmsCredentialsMissingError, LmsModule, type LmsOptions } from './index.js';
import { type Received, type StubAnswer, StubLms, replying } from './stub-lms.js';

const PATH = '/api/entitlements/v1/entitlements/';
const UUID = '9b2e0f34-5a6b-4c7d-8e9f-0a1b2c3d4e5f';
const KEY = { username: 'learner1', courseUuid: '4f8c2f9e-7c1b-4a53-9d4e-1f0b6a2c3d4e', orderNumber: 'EDX-100124' };
const WANTED = { ...KEY, mode: 'verified' };
const FOUND = { ...WANTED, uuid: UUID, isExpired: false };
const WIRE = { user: 'learner1', uuid: UUID, course_uuid: KEY.courseUuid, enrollment_course_run: null, expired_at: null, mode: 'verified', refund_locked: false, order_number: 'EDX-100124', support_details: [] };

let lms: StubLms;
let app: TestingModule;
let entitlements: EntitlementClient;
/** The answer to everything but a call for a token. */
let answer: StubAnswer;
let tokens: number;

beforeEach(async () => {
  tokens = 0;
  lms = await new StubLms((response, received) => (received.path === '/oauth2/access_token' ? replying(200, { access_token: `token-${(tokens += 1)}`, expires_in: 3600, token_type: 'JWT' }) : answer)(response, received)).listen();
  await open({ oauth: { clientId: 'our-client', clientSecret: 's3cret of/the client' } });
});

afterEach(async () => {
  await app.close();
  await lms.close();
});

async function open(options: Partial<LmsOptions>): Promise<void> {
  app = await Test.createTestingModule({ imports: [LmsModule.forRoot({ url: lms.url, apiKey: 's3cret-api-key', ...options })] }).compile();
  entitlements = app.get(EntitlementClient, { strict: false });
}

describe('create', () => {
  it('sends what Otto sends, as the user of our OAuth application', async () => {
    answer = replying(201, WIRE);
    expect(await entitlements.create(WANTED, call())).toEqual(FOUND);
    const [sent] = calls();
    expect(sent).toMatchObject({ method: 'POST', path: PATH, headers: { authorization: 'JWT token-1', 'content-type': 'application/json' } });
    expect(sent?.headers).not.toHaveProperty('x-edx-api-key');
    expect(JSON.parse(sent?.body ?? '')).toEqual({ user: 'learner1', course_uuid: KEY.courseUuid, mode: 'verified', order_number: 'EDX-100124', email_opt_in: false });
  });

  it('may be answered in other letters', async () => {
    answer = replying(201, { ...WIRE, user: 'Learner1', course_uuid: KEY.courseUuid.toUpperCase() });
    expect(await entitlements.create(WANTED, call())).toMatchObject({ uuid: UUID, courseUuid: KEY.courseUuid });
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['no uuid', { ...WIRE, uuid: undefined }],
    ['a uuid that is a path', { ...WIRE, uuid: '../../etc' }],
    ['another learner', { ...WIRE, user: 'learner2' }],
    ['another course', { ...WIRE, course_uuid: UUID }],
    ['another order', { ...WIRE, order_number: 'EDX-1' }],
    ['another mode', { ...WIRE, mode: 'audit' }],
    ['one that has expired', { ...WIRE, expired_at: '2026-03-04T09:15:22.130871Z' }],
  ])('takes a 201 with %s for no answer', async (_, body) => {
    answer = replying(201, body);
    await expect(entitlements.create(WANTED, call())).rejects.toMatchObject({ name: 'LmsUnansweredError', end: 'unreadable', mayHaveArrived: true });
    expect(calls()).toHaveLength(1);
  });

  it.each<[string, unknown, string]>([
    ['a field', { user: ['Object with username=nobody does not exist.'] }, 'user: Object with username=nobody does not exist.'],
    ['several', { user: ['No.'], mode: ['No.', 'Never.'] }, 'user: No. mode: No. mode: Never.'],
    ['all together', { non_field_errors: ['The fields course_uuid, order_number must make a unique set.'] }, 'The fields course_uuid, order_number must make a unique set.'],
    ['a list', ['No.'], 'No.'],
    ['a text', 'No.', 'No.'],
    ['a detail', { detail: 'No.' }, 'No.'],
  ])('reports a 400 about %s', async (_, body, words) => {
    answer = replying(400, body);
    await expect(entitlements.create(WANTED, call())).rejects.toMatchObject({ name: 'LmsRefusedError', httpStatus: 400, words });
  });
});

describe('find', () => {
  it('asks for the entitlements of the learner, and picks that of the order and the course', async () => {
    answer = replying(200, { next: null, results: [{ ...WIRE, order_number: null }, { ...WIRE, course_uuid: UUID }, { ...WIRE, user: 'learner2' }, { ...WIRE, mode: 'audit', expired_at: '2026-03-04T09:15:22Z' }] });
    expect(await entitlements.find({ ...KEY, username: 'a+b@x' }, call())).toBeNull();
    expect(await entitlements.find(KEY, call())).toEqual({ ...FOUND, mode: 'audit', isExpired: true });
    expect(calls().map(({ method, path }) => `${method} ${path}`)).toEqual([`GET ${PATH}?user=a%2Bb%40x&page_size=100&page=1`, `GET ${PATH}?user=learner1&page_size=100&page=1`]);
  });

  it('goes on while there are pages, and no further than it has to', async () => {
    const elsewhere = 'https://elsewhere.example.com/?page=2';
    answer = paged((page) => ({ next: elsewhere, results: page === 3 ? [WIRE] : [] }));
    expect(await entitlements.find(KEY, call())).toEqual(FOUND);
    expect(pages()).toEqual(['1', '2', '3']);
  });

  it('ends with the last page', async () => {
    answer = paged((page) => ({ next: page < 2 ? 'more' : null, results: [] }));
    expect(await entitlements.find(KEY, call())).toBeNull();
    expect(pages()).toEqual(['1', '2']);
  });

  it('does not read for ever, and then does not say that there is none', async () => {
    answer = paged(() => ({ next: 'more', results: [] }));
    await expect(entitlements.find(KEY, call())).rejects.toMatchObject({ name: 'LmsUnansweredError', message: expect.stringContaining('more than 1000') as unknown });
    expect(pages()).toHaveLength(10);
  });

  it('has one time for all pages', async () => {
    answer = replying(200, { next: null, results: [] });
    await entitlements.find(KEY, call());
    // Each page comes in time, and not all of them together.
    answer = (response, received) => void setTimeout(() => replying(200, { next: 'more', results: [] })(response, received), 100);
    await expect(entitlements.find(KEY, { ...call(), timeoutMs: 400 })).rejects.toMatchObject({ name: 'LmsUnansweredError', end: 'timeout' });
  });

  it.each<[string, unknown]>([
    ['null', null],
    ['a list', [WIRE]],
    ['no results', { next: null }],
    ['no end', { results: [] }],
    ['a result that is none', { next: null, results: [{ ...WIRE, uuid: 7 }] }],
  ])('takes a 200 with %s for no answer', async (_, body) => {
    answer = replying(200, body);
    await expect(entitlements.find(KEY, call())).rejects.toMatchObject({ name: 'LmsUnansweredError', end: 'unreadable' });
  });

  it('asks before each page whether it may', async () => {
    answer = paged((page) => ({ next: page < 2 ? 'more' : null, results: [] }));
    let asked = 0;
    await entitlements.find(KEY, { ...call(), onCall: () => (asked += 1) });
    expect(asked).toBe(3); // a token and two pages
  });
});

describe('expire', () => {
  it('deletes by the uuid', async () => {
    answer = replying(204);
    await expect(entitlements.expire(UUID, call())).resolves.toBeUndefined();
    expect(calls()).toMatchObject([{ method: 'DELETE', path: `${PATH}${UUID}/`, body: '' }]);
  });

  it('takes one that is not there for gone, in the words of the LMS only', async () => {
    answer = replying(404, { detail: 'Not found.' });
    await expect(entitlements.expire(UUID, call())).resolves.toBeUndefined();
    answer = (response) => response.writeHead(404).end('<html>Page not found</html>');
    await expect(entitlements.expire(UUID, call())).rejects.toMatchObject({ name: 'LmsRefusedError', httpStatus: 404 });
  });

  it('takes a 200 with a page for no answer', async () => {
    answer = (response) => response.end('<html>Welcome</html>');
    await expect(entitlements.expire(UUID, call())).rejects.toMatchObject({ name: 'LmsUnansweredError', end: 'unreadable', mayHaveArrived: true });
  });
});

it('shows a new token once when the kept one is no longer taken', async () => {
  answer = replying(201, WIRE);
  await entitlements.create(WANTED, call());
  answer = (response, received) => (received.headers.authorization === 'JWT token-1' ? replying(401, { detail: 'Expired.' }) : replying(201, WIRE))(response, received);
  expect(await entitlements.create(WANTED, call())).toEqual(FOUND);
  expect(calls().map(({ headers }) => headers.authorization)).toEqual(['JWT token-1', 'JWT token-1', 'JWT token-2']);
});

it('calls nobody without an OAuth application, nor when the caller has given up', async () => {
  const aborted = { ...call(), signal: AbortSignal.abort() };
  await expect(entitlements.create(WANTED, aborted)).rejects.toMatchObject({ name: 'LmsUnansweredError', mayHaveArrived: false });
  await app.close();
  await open({});
  for (const attempt of [entitlements.create(WANTED, call()), entitlements.find(KEY, call()), entitlements.expire(UUID, call())]) await expect(attempt).rejects.toThrow(LmsCredentialsMissingError);
  expect(lms.received).toEqual([]);
});

it('never shows a secret or a token in what it throws', async () => {
  answer = (response, { headers }) => response.writeHead(403).end(JSON.stringify({ detail: inspect(headers) }));
  const thrown: unknown = await entitlements.create(WANTED, call()).catch((error: unknown) => error);
  expect(thrown).toMatchObject({ httpStatus: 403, words: expect.stringContaining('authorization') as unknown });
  expect(inspect(thrown, { depth: 10, showHidden: true })).not.toMatch(/s3cret|token-1/);
});

function call(): LmsCall {
  return { timeoutMs: 10_000, signal: new AbortController().signal };
}

/** Without those for a token. */
function calls(): Received[] {
  return lms.received.filter(({ path }) => path.startsWith(PATH));
}

function pages(): (string | null)[] {
  return calls().map(pageOf);
}

function pageOf({ path }: Received): string | null {
  return new URL(path, lms.url).searchParams.get('page');
}

function paged(body: (page: number) => unknown): StubAnswer {
  return (response, received) => replying(200, body(Number(pageOf(received))))(response, received);
}
