import { getEventListeners } from 'node:events';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { inspect } from 'node:util';
import { Test, type TestingModule } from '@nestjs/testing';
import { EnrollmentClient, type EnrollmentOrder, type LmsCall, LmsModule, LmsRefusedError, LmsUnansweredError } from './index.js';

const API_KEY = 's3cret-api-key';
const SEAT = { username: 'learner1', courseId: 'course-v1:AcmeX+BIO1+2026', mode: 'verified' };
const ORDER: EnrollmentOrder = { number: 'OF-100123', id: 'order-7', lineItemId: 'line-9', placedAt: new Date('2026-03-04T09:15:20.987Z'), learnerAddress: null };
const ENROLLED = { mode: 'verified', is_active: true, user: 'learner1', course_details: { course_id: SEAT.courseId } };

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

let lms: Server;
let answer: Answer;
let received: { method: string; url: string; headers: IncomingMessage['headers']; body: unknown; port: number | undefined }[];
let app: TestingModule;
let enrollments: EnrollmentClient;

beforeEach(async () => {
  received = [];
  answer = replying(200, ENROLLED);
  lms = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => lms.listen(0, '127.0.0.1', resolve));
  await connect(url());
});

afterEach(async () => {
  await app.close();
  lms.closeAllConnections();
  await new Promise((resolve) => lms.close(resolve));
});

describe('enroll', () => {
  it('sends the enrollment and everything a refund needs to find the line again', async () => {
    expect(await enrollments.enroll(SEAT, ORDER, call())).toEqual({ mode: 'verified', isActive: true });
    expect(received).toMatchObject([{ method: 'POST', url: '/api/enrollment/v1/enrollment' }]);
    expect(received[0]?.body).toEqual({
      user: 'learner1',
      mode: 'verified',
      is_active: true,
      course_details: { course_id: 'course-v1:AcmeX+BIO1+2026' },
      enrollment_attributes: [
        { namespace: 'order', name: 'order_number', value: 'OF-100123' },
        { namespace: 'order', name: 'date_placed', value: '2026-03-04T09:15:20Z' },
        { namespace: 'order', name: 'order_id', value: 'order-7' },
        { namespace: 'order', name: 'line_item_id', value: 'line-9' },
        { namespace: 'order', name: 'source_system', value: 'order-fulfillment' },
      ],
    });
  });

  it('names the provider of a credit', async () => {
    answer = replying(200, { ...ENROLLED, mode: 'credit' });
    await enrollments.enroll({ ...SEAT, mode: 'credit', creditProvider: 'acme-university' }, ORDER, call());
    const { enrollment_attributes: attributes } = received[0]?.body as { enrollment_attributes: object[] };
    expect(attributes).toContainEqual({ namespace: 'credit', name: 'provider_id', value: 'acme-university' });
  });

  it('shows its key, and the address of the learner only when it is known', async () => {
    await enrollments.enroll(SEAT, ORDER, call());
    await enrollments.enroll(SEAT, { ...ORDER, learnerAddress: '192.0.2.7' }, call());
    expect(received[0]?.headers).toMatchObject({ 'x-edx-api-key': API_KEY, 'content-type': 'application/json' });
    expect(received[0]?.headers).not.toHaveProperty('x-forwarded-for');
    expect(received[1]?.headers).toMatchObject({ 'x-forwarded-for': '192.0.2.7' });
  });

  it.each([
    ['an empty body', ''],
    ['null', 'null'],
    ['a page', '<html>Welcome</html>'],
    ['no enrollment', '{"mode":"verified"}'],
    ['another mode', JSON.stringify({ ...ENROLLED, mode: 'audit' })],
    ['an inactive enrollment', JSON.stringify({ ...ENROLLED, is_active: false })],
    ['another learner', JSON.stringify({ ...ENROLLED, user: 'learner2' })],
    ['another course run', JSON.stringify({ ...ENROLLED, course_details: { course_id: 'course-v1:AcmeX+BIO2+2026' } })],
  ])('takes a 200 with %s for no answer', async (_, body) => {
    answer = (response) => response.end(body);
    await expect(enrollments.enroll(SEAT, ORDER, call())).rejects.toMatchObject({ name: 'LmsUnansweredError', end: 'unreadable', mayHaveArrived: true });
  });

  it('reports what the LMS refused, in its words', async () => {
    answer = replying(406, { message: 'The user learner1 does not exist.' });
    await expect(enrollments.enroll(SEAT, ORDER, call())).rejects.toMatchObject({ httpStatus: 406, words: 'The user learner1 does not exist.', retryAfterMs: null });
  });
});

describe('find', () => {
  it('asks for one learner and course run, with every character encoded', async () => {
    answer = replying(200, { mode: 'audit', is_active: false });
    expect(await enrollments.find({ username: 'a,b/../c?', courseId: 'course-v1:A+B+C' }, call())).toEqual({ mode: 'audit', isActive: false });
    expect(received).toMatchObject([{ method: 'GET', url: '/api/enrollment/v1/enrollment/a%2Cb%2F..%2Fc%3F,course-v1%3AA%2BB%2BC' }]);
  });

  it.each([['null'], [''], [' \n']])('takes a 200 with the body %j for no enrollment', async (body) => {
    answer = (response) => response.end(body);
    expect(await enrollments.find(SEAT, call())).toBeNull();
  });

  it.each([['garbage'], ['[]'], ['{}'], ['"null"']])('takes a 200 with the body %j for no answer', async (body) => {
    answer = (response) => response.end(body);
    await expect(enrollments.find(SEAT, call())).rejects.toBeInstanceOf(LmsUnansweredError);
  });
});

describe('deactivate', () => {
  it('names the mode to leave, and no attributes', async () => {
    answer = replying(200, { ...ENROLLED, is_active: false });
    await enrollments.deactivate(SEAT, call());
    expect(received[0]?.body).toEqual({ user: 'learner1', mode: 'verified', is_active: false, course_details: { course_id: SEAT.courseId } });
  });

  it('leaves a learner alone who holds another mode by now', async () => {
    answer = replying(400, { message: 'Enrollment mode mismatch: active mode=credit, requested mode=verified. Won\'t deactivate.' });
    await expect(enrollments.deactivate(SEAT, call())).resolves.toBeUndefined();
  });

  it.each([400, 500])('fails on any other %i', async (status) => {
    answer = replying(status, { message: 'Something else' });
    await expect(enrollments.deactivate(SEAT, call())).rejects.toBeInstanceOf(LmsRefusedError);
  });
});

describe('a call', () => {
  it.each<[string, Answer]>([
    ['500', replying(500)],
    ['429', replying(429)],
    ['408', replying(408)],
    ['a redirect', (response) => response.writeHead(307, { Location: '/api/enrollment/v1/enrollment' }).end()],
    ['a reset', (response) => response.socket?.resetAndDestroy()],
    ['garbage', (response) => response.socket?.end('no HTTP\r\n\r\n')],
  ])('is sent once, whatever comes of it: %s', async (_, misbehave) => {
    answer = misbehave;
    await expect(enrollments.enroll(SEAT, ORDER, call())).rejects.toThrow();
    expect(received).toHaveLength(1);
  });

  it.each<[string, Answer, string]>([
    ['no answer at all', () => undefined, 'timeout'],
    ['an answer that never ends', drip, 'timeout'],
    ['a reset', (response) => response.socket?.resetAndDestroy(), 'network'],
    ['an answer that breaks off', (response) => response.writeHead(200, { 'Content-Length': 100 }).write('{', () => response.socket?.resetAndDestroy()), 'network'],
    ['an answer that is no HTTP', (response) => response.socket?.end('no HTTP\r\n\r\n'), 'unreadable'],
    ['an answer of more than 1 MiB', (response) => response.end(JSON.stringify(ENROLLED) + ' '.repeat(1024 * 1024)), 'unreadable'],
    ['an answer that is wrongly compressed', (response) => response.writeHead(200, { 'Content-Encoding': 'gzip' }).end('no gzip'), 'unreadable'],
  ])('may have arrived when it ends in %s', async (_, misbehave, end) => {
    await enrollments.enroll(SEAT, ORDER, call());
    answer = misbehave;
    const failing = enrollments.enroll(SEAT, ORDER, call({ timeoutMs: end === 'timeout' ? 300 : 10_000 }));
    await expect(failing).rejects.toMatchObject({ name: 'LmsUnansweredError', end, mayHaveArrived: true });
  });

  it('never left when the connection is refused', async () => {
    lms.closeAllConnections();
    await new Promise((resolve) => lms.close(resolve));
    await expect(enrollments.enroll(SEAT, ORDER, call())).rejects.toMatchObject({ end: 'network', mayHaveArrived: false });
  });

  it('never left when its caller gave up before the connection stood', async () => {
    const caller = new AbortController();
    const failing = enrollments.enroll(SEAT, ORDER, call({ signal: caller.signal }));
    caller.abort();
    await expect(failing).rejects.toMatchObject({ end: 'network', mayHaveArrived: false });
  });

  it('is not begun for a caller who has given up', async () => {
    await expect(enrollments.enroll(SEAT, ORDER, call({ signal: AbortSignal.abort() }))).rejects.toMatchObject({ end: 'network', mayHaveArrived: false });
    expect(received).toHaveLength(0);
  });

  it('ends when its caller gives up', async () => {
    const caller = new AbortController();
    answer = () => caller.abort();
    await expect(enrollments.enroll(SEAT, ORDER, call({ signal: caller.signal }))).rejects.toMatchObject({ end: 'timeout', mayHaveArrived: true });
  });

  it('reuses the connection of the one before', async () => {
    await enrollments.enroll(SEAT, ORDER, call());
    await enrollments.enroll(SEAT, ORDER, call());
    expect(received[1]?.port).toBe(received[0]?.port);
  });

  it('leaves no timer and no listener behind', async () => {
    const { signal } = new AbortController();
    const timers = countTimers();
    await enrollments.enroll(SEAT, ORDER, call({ signal, timeoutMs: 60_000 }));
    answer = replying(500);
    await expect(enrollments.enroll(SEAT, ORDER, call({ signal, timeoutMs: 60_000 }))).rejects.toThrow();
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    expect(countTimers()).toBe(timers);
  });

  it('goes to the LMS itself, past every proxy of the environment', async () => {
    process.env['http_proxy'] = 'http://127.0.0.1:1';
    try {
      await expect(enrollments.enroll(SEAT, ORDER, call())).resolves.toBeDefined();
    } finally {
      delete process.env['http_proxy'];
    }
  });

  it.each(['/', '/lms', '/lms/'])('finds the API under a URL that ends in %s', async (path) => {
    await app.close();
    await connect(url() + path);
    await enrollments.enroll(SEAT, ORDER, call());
    expect(received[0]?.url).toBe(`${path.startsWith('/lms') ? '/lms' : ''}/api/enrollment/v1/enrollment`);
  });

  it('never shows its key or the address in what it throws', async () => {
    const order = { ...ORDER, learnerAddress: '192.0.2.7' };
    const misbehaviours: Answer[] = [(response, { headers }) => response.writeHead(500).end(JSON.stringify({ detail: inspect(headers) })), (response) => response.socket?.resetAndDestroy(), drip];
    for (const misbehave of misbehaviours) {
      answer = misbehave;
      const thrown: unknown = await enrollments.enroll(SEAT, order, call({ timeoutMs: 300 })).catch((error: unknown) => error);
      expect(thrown).toBeInstanceOf(Error);
      expect(inspect(thrown, { depth: 10, showHidden: true })).not.toMatch(/s3cret-api-key|192\.0\.2\.7/);
    }
  });
});

it('closes its connections when the application ends', async () => {
  const closed = new Promise<void>((resolve) => lms.once('connection', (socket) => socket.once('close', () => resolve())));
  await enrollments.enroll(SEAT, ORDER, call());
  await app.close();
  await expect(closed).resolves.toBeUndefined();
}, 2_000); // Idle connections end by themselves after four seconds.

function url(): string {
  return `http://127.0.0.1:${(lms.address() as AddressInfo).port}`;
}

async function connect(to: string): Promise<void> {
  app = await Test.createTestingModule({ imports: [LmsModule.forRoot({ url: to, apiKey: API_KEY })] }).compile();
  enrollments = app.get(EnrollmentClient, { strict: false });
}

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = '', url: path = '', headers, socket } = request;
  const body: unknown = method === 'POST' ? await json(request) : undefined;
  received.push({ method, url: path, headers, body, port: socket.remotePort });
  answer(response, request);
}

function replying(status: number, body?: object): Answer {
  return (response) => response.writeHead(status).end(body === undefined ? '' : JSON.stringify(body));
}

function drip(response: ServerResponse): void {
  response.writeHead(200);
  const timer = setInterval(() => response.write(' '), 20);
  response.once('close', () => clearInterval(timer));
}

function call(changes: Partial<LmsCall> = {}): LmsCall {
  return { timeoutMs: 10_000, signal: new AbortController().signal, ...changes };
}

function countTimers(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
}
