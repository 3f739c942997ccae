import { gzipSync } from 'node:zlib';
import type { ServerResponse } from 'node:http';
import { Test, type TestingModule } from '@nestjs/testing';
import { CommerceClient, type LmsCourse, type LmsListCall, LmsModule, type UnreadableCourse } from './index.js';
import { type StubAnswer, StubLms, replying } from './stub-lms.js';

const TOKENS = '/oauth2/access_token';
const mode = { name: 'verified', currency: 'usd', price: 49, sku: 'A1', bulk_sku: null, expires: null, android_sku: null, ios_sku: null };
const course = (number: number) => ({ id: `course-v1:AcmeX+C${number}+2026`, name: 'Möbius', verification_deadline: null, modes: [mode] });

let lms: StubLms;
let app: TestingModule;
let commerce: CommerceClient;
let list: StubAnswer;
let unread: UnreadableCourse[];

beforeEach(async () => {
  unread = [];
  lms = await new StubLms((response, received) => (received.path === TOKENS ? replying(200, { access_token: 'a.b.c', expires_in: 3600, token_type: 'JWT' }) : list)(response, received)).listen();
  app = await Test.createTestingModule({ imports: [LmsModule.forRoot({ url: lms.url, apiKey: 'key', oauth: { clientId: 'us', clientSecret: 'secret' } })] }).compile();
  commerce = app.get(CommerceClient, { strict: false });
});

afterEach(async () => {
  await app.close();
  await lms.close();
});

it('yields every course', async () => {
  list = replying(200, [course(1), course(2)]);
  const modes = [{ slug: 'verified', price: 49, currency: 'USD', sku: 'A1', bulkSku: null, expires: null, androidSku: null, iosSku: null }];
  expect(await all()).toEqual([1, 2].map((number) => ({ id: course(number).id, name: 'Möbius', verificationDeadline: null, modes })));
  expect(lms.received[1]).toMatchObject({ method: 'GET', path: '/api/commerce/v1/courses/', headers: { authorization: 'JWT a.b.c' } });
});

it.each(['[]', ' \n[ ]\n'])('yields nothing of %j', async (body) => {
  list = (response) => response.end(body);
  expect(await all()).toEqual([]);
});

it('yields a course as soon as it is there, whichever way the bytes are cut', async () => {
  let rest: () => void = () => undefined;
  const bytes = Buffer.from(JSON.stringify([course(1), course(2)]));
  // In the middle of the two bytes of an ö of the second course.
  const cut = bytes.lastIndexOf(Buffer.from('ö')) + 1;
  list = (response) => {
    response.write(bytes.subarray(0, cut));
    rest = () => response.end(bytes.subarray(cut));
  };
  const courses = commerce.list(call());
  expect((await courses.next()).value).toMatchObject({ id: course(1).id });
  rest();
  expect((await courses.next()).value).toMatchObject({ id: course(2).id, name: 'Möbius' });
  expect((await courses.next()).done).toBe(true);
});

it('reads a compressed list, of more than any other answer may have', async () => {
  const courses = Array.from({ length: 10_000 }, (_, index) => course(index));
  list = (response) => response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(gzipSync(JSON.stringify(courses)));
  expect(JSON.stringify(courses).length).toBeGreaterThan(1024 * 1024);
  expect(await all()).toHaveLength(10_000);
});

it('leaves out what is no course, and says so', async () => {
  list = replying(200, [course(1), { ...course(2), modes: [{ ...mode, price: '49' }] }, null, 7, [course(8)], { id: 9 }, course(3)]);
  expect((await all()).map(({ id }) => id)).toEqual([course(1).id, course(3).id]);
  expect(unread.map(({ id }) => id)).toEqual([course(2).id, null, null, null, null]);
  expect(unread[0]?.detail).toMatch(/^modes\.0\.price: /);
});

it.each<[string, string]>([
  ['nothing', ''],
  ['null', 'null'],
  ['a course', JSON.stringify(course(1))],
  ['an object of courses', JSON.stringify({ results: course(1) })],
  ['a page', '<html>'],
  ['a text', '"[]"'],
  ['half a list', JSON.stringify([course(1), course(2)]).slice(0, -40)],
  ['a list without an end', '[{}'],
  ['more after the list', `[${JSON.stringify(course(1))}] garbage`],
  ['two lists', '[][]'],
  ['garbage in the list', `[${JSON.stringify(course(1))}, garbage]`],
])('takes a 200 with %s for no answer', async (_, body) => {
  list = (response) => response.end(body);
  await expect(all()).rejects.toMatchObject({ name: 'LmsUnansweredError', end: 'unreadable' });
});

it('yields nothing of an object that holds courses', async () => {
  list = replying(200, { first: course(1), second: { id: course(2).id } });
  await expect(commerce.list(call()).next()).rejects.toMatchObject({ end: 'unreadable' });
  expect(unread).toEqual([]);
});

it.each([
  ['a course without an end', '[{"id":"'],
  ['levels without an end', '['],
])('does not keep %s', async (_, beginning) => {
  list = (response) => response.end(beginning + beginning.slice(-1).replace('"', 'a').repeat(4 * 1024 * 1024));
  await expect(all()).rejects.toMatchObject({ end: 'unreadable' });
});

it.each<[string, StubAnswer, string]>([
  ['an answer that breaks off', (response) => begin(response, () => response.socket?.resetAndDestroy()), 'network'],
  ['a compressed answer that breaks off', breakOffCompressed, 'network'],
  ['an answer that is wrongly compressed', (response) => response.writeHead(200, { 'Content-Encoding': 'gzip' }).end('no gzip'), 'unreadable'],
  ['an answer that is no HTTP', (response) => response.socket?.end('no HTTP\r\n\r\n'), 'unreadable'],
  ['silence', () => undefined, 'timeout'],
  ['silence after the beginning', (response) => begin(response), 'timeout'],
])('ends in an error after %s', async (_, misbehave, end) => {
  list = misbehave;
  await expect(all(end === 'timeout' ? { timeoutMs: 200 } : {})).rejects.toMatchObject({ name: 'LmsUnansweredError', end, mayHaveArrived: true });
});

it('waits longer than its limit when the answer goes on, and when the caller works', async () => {
  list = (response) => {
    let sent = 0;
    const timer = setInterval(() => (sent < 10 ? response.write(`${sent++ === 0 ? '[' : ','}${JSON.stringify(course(sent))}`) : (clearInterval(timer), response.end(']'))), 40);
  };
  let read = 0;
  for await (const { id } of commerce.list(call({ timeoutMs: 300 }))) {
    read += 1;
    if (id === course(5).id) await new Promise((resolve) => setTimeout(resolve, 400));
  }
  expect(read).toBe(10);
});

it('reports what the LMS refused, in its words', async () => {
  list = replying(403, { detail: 'You do not have permission to perform this action.' });
  await expect(all()).rejects.toMatchObject({ name: 'LmsRefusedError', httpStatus: 403, words: 'You do not have permission to perform this action.' });
});

it('reads no more than the beginning of a refusal', async () => {
  list = (response) => {
    const goOn = (): unknown => response.destroyed || setImmediate(() => response.write('x'.repeat(1024), goOn));
    response.writeHead(502);
    goOn();
  };
  await expect(all()).rejects.toMatchObject({ httpStatus: 502, words: '' });
});

it('gets a new token when the kept one is no longer taken', async () => {
  list = replying(200, [course(1)]);
  await all();
  list = (response, received) => {
    list = replying(200, [course(1)]);
    replying(401, { detail: 'Expired.' })(response, received);
  };
  expect(await all()).toHaveLength(1);
  expect(lms.received.map(({ path }) => path === TOKENS)).toEqual([true, false, false, true, false]);
});

it('is not begun for a caller who has given up', async () => {
  const givenUp = { end: 'network', mayHaveArrived: false };
  await expect(all({ signal: AbortSignal.abort() })).rejects.toMatchObject(givenUp);
  list = replying(200, []);
  await all();
  await expect(all({ signal: AbortSignal.abort() })).rejects.toMatchObject(givenUp);
});

it('ends when its caller gives up, even while he works on a course', async () => {
  const caller = new AbortController();
  list = (response) => begin(response);
  const courses = commerce.list(call({ signal: caller.signal }));
  await courses.next();
  caller.abort();
  await expect(courses.next()).rejects.toMatchObject({ end: 'timeout' });
});

it.each([
  ['plain', (response: ServerResponse) => begin(response)],
  ['compressed', (response: ServerResponse) => void response.writeHead(200, { 'Content-Encoding': 'gzip' }).write(gzipSync(`[${JSON.stringify(course(1))},`).subarray(0, -8))],
])('closes the connection of a %s answer when its caller leaves the loop', async (_, answer) => {
  const closed = new Promise<void>((resolve) => {
    list = (response) => answer(response.once('close', () => resolve()));
  });
  for await (const { id } of commerce.list(call())) {
    expect(id).toBe(course(1).id);
    break;
  }
  await expect(closed).resolves.toBeUndefined();
});

function begin(response: ServerResponse, then: () => void = () => undefined): void {
  response.write(`[${JSON.stringify(course(1))},`, () => setTimeout(then, 20));
}

function breakOffCompressed(response: ServerResponse): void {
  const bytes = gzipSync(JSON.stringify(Array.from({ length: 1_000 }, (_, index) => course(index))));
  response.writeHead(200, { 'Content-Encoding': 'gzip', 'Content-Length': bytes.length });
  response.write(bytes.subarray(0, bytes.length / 2), () => response.socket?.resetAndDestroy());
}

function call(changes: Partial<LmsListCall> = {}): LmsListCall {
  return { timeoutMs: 10_000, signal: new AbortController().signal, onUnreadable: (unreadable) => unread.push(unreadable), ...changes };
}

async function all(changes: Partial<LmsListCall> = {}): Promise<LmsCourse[]> {
  const courses: LmsCourse[] = [];
  for await (const read of commerce.list(call(changes))) courses.push(read);
  return courses;
}
