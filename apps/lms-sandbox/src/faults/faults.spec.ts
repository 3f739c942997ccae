import { request, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { API_KEY, asUser, BIOLOGY, CHEMISTRY, TestSandbox, withKey } from '../testing/sandbox.fixture.js';

const PATIENCE_MS = 300;

let lms: TestSandbox;
beforeAll(async () => {
  lms = await TestSandbox.start();
});
afterAll(() => lms.stop());
beforeEach(() => lms.reset());

/** How the enrollment of learner1 in Biology One ends on the wire: how the connection broke, or `answered`. */
async function endOfEnrollment(signal?: AbortSignal): Promise<string> {
  const body = JSON.stringify({ user: 'learner1', course_details: { course_id: BIOLOGY } });
  return new Promise((resolve) => {
    const headers = { 'X-Edx-Api-Key': API_KEY, 'Content-Type': 'application/json' };
    const call = request(`${lms.sandbox.lmsUrl}/api/enrollment/v1/enrollment`, { method: 'POST', headers, agent: false, ...(signal && { signal }) });
    call.on('response', (answer: IncomingMessage) => answer.resume().on('end', () => resolve('answered')));
    call.on('error', (error) => resolve(error.message));
    call.end(body);
  });
}

const hungUp = () => endOfEnrollment(AbortSignal.timeout(PATIENCE_MS));
const isEnrolled = async () => (await lms.enrollment())?.isActive === true;
const lastCall = async () => (await lms.ledger()).at(-1);

describe('a fault that comes before the work', () => {
  it('status: gives the page of a proxy for 5xx, and nothing has happened', async () => {
    await lms.break({ kind: 'status', status: 503 });
    const { status, headers, text } = await lms.enroll();
    expect([status, headers.get('content-type'), text.includes('503 Service Unavailable')]).toEqual([503, 'text/html; charset=utf-8', true]);
    expect([await isEnrolled(), await lastCall()]).toEqual([false, expect.objectContaining({ status: 503, effect: 'none', fault: 'status' })]);
  });

  it('status: gives Django\'s sentence for 429, and the wait as told', async () => {
    await lms.break({ kind: 'status', status: 429, headers: { 'Retry-After': '17' } });
    const { status, headers, json } = await lms.enroll();
    expect([status, headers.get('retry-after'), json]).toEqual([429, '17', { detail: 'Request was throttled. Expected available in 17 seconds.' }]);
  });

  it('status: gives the body that was told, as JSON or as it is', async () => {
    await lms.break({ kind: 'status', status: 400, body: { message: 'No.' }, times: 1 }, { kind: 'status', status: 200, body: '' });
    expect((await lms.enroll()).json).toEqual({ message: 'No.' });
    expect((await lms.enroll()).text).toBe('');
  });

  it('redirect: sends elsewhere', async () => {
    await lms.break({ kind: 'redirect', location: 'http://127.0.0.1:9/elsewhere' });
    const { status, headers } = await lms.enroll();
    expect([status, headers.get('location'), await isEnrolled()]).toEqual([302, 'http://127.0.0.1:9/elsewhere', false]);
  });

  it('reset_before: cuts the connection', async () => {
    await lms.break({ kind: 'reset_before' });
    expect([await endOfEnrollment(), await isEnrolled()]).toEqual(['read ECONNRESET', false]);
    expect(await lastCall()).toMatchObject({ status: null, effect: 'none', fault: 'reset_before' });
  });

  it('hang_before: never answers', async () => {
    await lms.break({ kind: 'hang_before' });
    expect([await hungUp(), await isEnrolled()]).toEqual(['The operation was aborted', false]);
    expect(await lastCall()).toMatchObject({ status: null, effect: 'none', fault: 'hang_before' });
  });

  it('latency: works late, also for a client that no longer waits', async () => {
    await lms.break({ kind: 'latency', ms: 4 * PATIENCE_MS });
    expect([await hungUp(), await isEnrolled()]).toEqual(['The operation was aborted', false]);
    while (!(await isEnrolled())) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await lastCall()).toMatchObject({ status: null, effect: 'created', fault: 'latency' });
  });
});

describe('a fault that comes after the work', () => {
  it('status_after: says that it failed although it arrived', async () => {
    await lms.break({ kind: 'status_after', status: 502 });
    expect([(await lms.enroll()).status, await isEnrolled()]).toEqual([502, true]);
    expect(await lastCall()).toMatchObject({ status: 502, effect: 'created', fault: 'status_after' });
  });

  it('reset_after: cuts the connection before the first byte', async () => {
    await lms.break({ kind: 'reset_after' });
    expect([await endOfEnrollment(), await isEnrolled()]).toEqual(['read ECONNRESET', true]);
    expect(await lastCall()).toMatchObject({ status: null, effect: 'created', fault: 'reset_after' });
  });

  it('hang_after: never answers', async () => {
    await lms.break({ kind: 'hang_after' });
    expect([await hungUp(), await isEnrolled()]).toEqual(['The operation was aborted', true]);
    expect(await lastCall()).toMatchObject({ status: null, effect: 'created', fault: 'hang_after' });
  });

  it('null_body: answers 200 with null', async () => {
    await lms.break({ kind: 'null_body' });
    const { status, text } = await lms.enroll();
    expect([status, text, await isEnrolled()]).toEqual([200, 'null', true]);
  });

  it('garbage: answers 200 with what no client can read', async () => {
    await lms.break({ kind: 'garbage' });
    const { status, headers, text } = await lms.enroll();
    expect([status, headers.get('content-type')?.startsWith('application/json'), await isEnrolled()]).toEqual([200, true, true]);
    expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError);
  });

  it('slow_drip: answers whole, in many pieces', async () => {
    await lms.break({ kind: 'slow_drip', ms: 200 });
    const response = await fetch(`${lms.sandbox.lmsUrl}/api/enrollment/v1/course/${BIOLOGY}`);
    const pieces: Uint8Array[] = [];
    for await (const piece of response.body ?? []) pieces.push(piece as Uint8Array);
    expect(pieces.length).toBeGreaterThan(10);
    expect(JSON.parse(Buffer.concat(pieces).toString('utf8'))).toMatchObject({ course_id: BIOLOGY });
  });

  it('huge_body: answers as many bytes as told, and good JSON at that', async () => {
    await lms.break({ kind: 'huge_body', bytes: 300_000 });
    const { text, json, headers } = await lms.enroll();
    expect([text.length, json['mode'], headers.get('content-length'), await isEnrolled()]).toEqual([300_000, 'audit', null, true]);
  });
});

describe('a fault', () => {
  it('meets as many calls as told, and is gone then', async () => {
    await lms.break({ kind: 'status', status: 500, times: 2 });
    const statuses = [await lms.enroll(), await lms.enroll(), await lms.enroll()].map(({ status }) => status);
    expect([statuses, (await lms.control('GET', '/faults')).json]).toEqual([[500, 500, 200], []]);
  });

  it.each([
    ['another method', { method: 'GET' }],
    ['another path', { path: '/oauth2' }],
    ['another user', { user: 'learner2' }],
    ['another course', { courseId: CHEMISTRY }],
  ])('bound to %s lets a call pass', async (_bond, bond) => {
    await lms.break({ kind: 'status', status: 500, ...bond });
    expect((await lms.enroll()).status).toBe(200);
  });

  it('bound to all of a call meets it, whoever the caller says or proves to be', async () => {
    const bond = { method: 'POST', path: '/api/enrollment', user: 'learner1', courseId: BIOLOGY };
    await lms.break({ kind: 'status', status: 500, ...bond });
    expect([(await lms.enroll()).status, (await lms.enroll({ user: undefined }, await asUser('learner1'))).status]).toEqual([500, 500]);
  });

  it('earlier in the list goes before a later one, and later ones take over when it is used up', async () => {
    await lms.break({ kind: 'status', status: 500, times: 1 });
    await lms.control('POST', '/faults', { kind: 'status', status: 503 });
    expect([(await lms.enroll()).status, (await lms.enroll()).status]).toEqual([500, 503]);
  });

  it('goes before credentials: a broken proxy does not look at them', async () => {
    await lms.break({ kind: 'status', status: 503 });
    expect((await lms.enroll({}, {})).status).toBe(503);
  });

  it('bound to a learner is found in the path of a read', async () => {
    await lms.break({ kind: 'status', status: 500, user: 'learner1', method: 'GET' });
    const read = async (user: string) => (await lms.lms(`/api/enrollment/v1/enrollment/${user},${BIOLOGY}`, { headers: withKey })).status;
    expect([await read('learner1'), await read('learner2')]).toEqual([500, 200]);
  });
});
