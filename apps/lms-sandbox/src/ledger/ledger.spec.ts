import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { API_KEY, asUser, BIOLOGY, CHEMISTRY, JWT_SECRET, TestSandbox, withKey } from '../testing/sandbox.fixture.js';
import { Ledger } from './ledger.js';
import { createRedactor } from './redaction.js';

const arrival = { method: 'GET', path: '/', forwardedFor: null };

let lms: TestSandbox;
beforeAll(async () => {
  lms = await TestSandbox.start();
});
afterAll(() => lms.stop());
beforeEach(() => lms.reset());

describe('the ledger', () => {
  it('tells what was asked, by whom, for whom, from where, and what came of it', async () => {
    const order = [{ namespace: 'order', name: 'order_number', value: 'OF-1' }];
    await lms.enroll({ mode: 'verified', is_active: true, enrollment_attributes: order }, { ...withKey, 'X-Forwarded-For': '198.51.100.1' });
    const [call] = await lms.ledger();
    expect(call).toEqual({
      seq: expect.any(Number),
      at: expect.stringMatching(/Z$/),
      method: 'POST',
      path: '/api/enrollment/v1/enrollment',
      user: 'learner1',
      courseId: BIOLOGY,
      mode: 'verified',
      isActive: true,
      body: { user: 'learner1', mode: 'verified', is_active: true, course_details: { course_id: BIOLOGY }, enrollment_attributes: order },
      forwardedFor: '198.51.100.1',
      status: 200,
      effect: 'created',
      fault: null,
    });
  });

  it('has a call as soon as it arrives', async () => {
    await lms.break({ kind: 'latency', ms: 300, times: 1 });
    const pending = lms.enroll();
    while ((await lms.ledger()).length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    expect((await lms.ledger())[0]).toMatchObject({ method: 'POST', status: null });
    await pending;
    expect((await lms.ledger())[0]).toMatchObject({ status: 200, effect: 'created' });
  });

  it('has the refused and the unreadable calls, too', async () => {
    await lms.lms('/nowhere');
    await lms.lms('/api/%zz');
    await lms.lms('/api/enrollment/v1/enrollment', { method: 'POST', headers: withKey, body: '{' });
    await lms.lms('/api/enrollment/v1/enrollment', { method: 'POST', headers: withKey, body: 'x'.repeat(3_000_000) });
    expect((await lms.ledger()).map(({ status }) => status)).toEqual([404, 404, 400, 413]);
  });

  it('names the caller where the call names nobody, and finds learner and course in a path', async () => {
    await lms.enroll({ user: undefined }, await asUser('learner3'));
    await lms.lms(`/api/enrollment/v1/enrollment/${encodeURIComponent(`learner2,${CHEMISTRY}`)}`, { headers: withKey });
    await lms.lms('/api/enrollment/v1/enrollment?user=learner4', { headers: withKey });
    expect((await lms.ledger()).map(({ user, courseId }) => [user, courseId])).toEqual([['learner3', BIOLOGY], ['learner2', CHEMISTRY], ['learner4', null]]);
  });

  it('is searched by user, course, method and sequence', async () => {
    await lms.enroll({ user: 'learner1' });
    await lms.enroll({ user: 'learner2', course: CHEMISTRY });
    const found = async (query: string) => ((await lms.control('GET', `/ledger?${query}`)).json['calls'] as { user: string }[]).map(({ user }) => user);
    expect([await found('user=learner1'), await found(`courseId=${CHEMISTRY}`), await found('method=get')]).toEqual([['learner1'], ['learner2'], []]);
    const [first] = await lms.ledger();
    expect(await found(`afterSeq=${first?.seq}`)).toEqual(['learner2']);
  });

  it('counts on after it was emptied', async () => {
    await lms.enroll();
    const before = (await lms.ledger())[0]?.seq ?? 0;
    await lms.control('DELETE', '/ledger');
    expect(await lms.ledger()).toEqual([]);
    await lms.enroll();
    expect((await lms.ledger())[0]?.seq).toBe(before + 1);
  });

  it('drops the oldest calls beyond its limit', () => {
    const ledger = new Ledger(2);
    for (let call = 0; call < 5; call += 1) ledger.arrive(arrival);
    expect(ledger.find({}).map(({ seq }) => seq)).toEqual([4, 5]);
  });

  it('holds no secret, wherever a caller puts one', async () => {
    const jwt = (await asUser('learner1'))['Authorization']?.slice('JWT '.length) ?? '';
    await lms.enroll({ user: API_KEY, mode: JWT_SECRET, note: { deep: [`a ${jwt} b`] }, [API_KEY]: 1 }, { ...withKey, Authorization: `JWT ${jwt}`, 'X-Forwarded-For': API_KEY });
    await lms.lms(`/api/user/v1/accounts/${encodeURIComponent(jwt)}?key=${API_KEY}`);
    const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
    await lms.lms('/oauth2/access_token', { method: 'POST', headers: form, body: 'grant_type=client_credentials&client_id=sandbox-client&client_secret=sandbox-secret' });
    const { text } = await lms.control('GET', '/ledger');
    for (const secret of [API_KEY, JWT_SECRET, jwt, 'sandbox-secret']) expect(text).not.toContain(secret);
    expect(text).toContain('sandbox-client');
  });
});

describe('redaction', () => {
  const { value } = createRedactor(['k3y']);

  it('leaves alone what is no secret', () => {
    const body = { user: 'a', token_type: 'jwt', is_active: true, list: [1, null, 'x'] };
    expect(value(body)).toEqual(body);
  });

  it('survives a body nested deeper than the stack', () => {
    const deep: unknown = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000));
    expect(JSON.stringify(value(deep))).toContain('[…]');
  });
});
