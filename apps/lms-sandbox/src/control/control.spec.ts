import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { asUser, BIOLOGY, CHEMISTRY, TestSandbox, withKey } from '../testing/sandbox.fixture.js';

const PAST_EXPIRY_MS = 3 * 365 * 24 * 3600 * 1000;

let lms: TestSandbox;
beforeAll(async () => {
  lms = await TestSandbox.start();
});
afterAll(() => lms.stop());

describe('the control API refuses, and says why', () => {
  it.each([
    ['an unknown kind of fault', 'PUT /faults', [{ kind: 'meteor' }], '0.kind: '],
    ['an unknown key of a fault', 'PUT /faults', [{ kind: 'garbage' }, { kind: 'status', status: 503, user_name: 'x' }], '1: Unrecognized key: "user_name"'],
    ['a latency without a time', 'POST /faults', { kind: 'latency' }, 'ms: '],
    ['a status that is none', 'POST /faults', { kind: 'status', status: 99 }, 'status: '],
    ['a fault that meets no call', 'POST /faults', { kind: 'garbage', times: 0 }, 'times: '],
    ['an outage of no time', 'POST /outage', { durationMs: 0 }, 'durationMs: '],
    ['a clock without an offset', 'PUT /clock', {}, 'offsetMs: '],
    ['an unknown filter', 'GET /ledger?username=x', undefined, 'Unrecognized key: "username"'],
    ['a seed with an unknown key', 'POST /seed', { user: [] }, 'Unrecognized key: "user"'],
    ['a user without an address', 'POST /seed', { users: [{ username: 'x' }] }, 'users.0.email: '],
    ['a course that is none', 'POST /seed', { courses: [{ id: 'biology', name: 'x' }] }, 'courses.0.id: must be a course key'],
    ['a new course without a name', 'POST /seed', { courses: [{ id: 'course-v1:A+B+C' }] }, 'The course course-v1:A+B+C is new and needs a name.'],
    ['an enrollment of nobody', 'POST /seed', { enrollments: [{ username: 'nobody', courseId: BIOLOGY, mode: 'audit' }] }, 'There is no user nobody: seed it first.'],
    ['a range that runs backwards', 'POST /seed', { userRange: { prefix: 'u', from: 2, to: 1 } }, 'userRange: must run upwards'],
  ])('%s', async (_what, call, body, sentence) => {
    const [method = '', path = ''] = call.split(' ');
    const { status, json } = await lms.control(method, path, body);
    expect([status, json['error']]).toEqual([400, expect.stringContaining(sentence)]);
  });

  it('a body that is no JSON, and a path that is not there', async () => {
    const broken = await lms.control('PUT', '/faults', '{');
    expect([broken.status, broken.json['error']]).toEqual([400, 'the body is no JSON']);
    expect((await lms.control('POST', '/fault', {})).status).toBe(404);
  });

  it('a web page, whatever it asks: any page that is open could else wipe the state', async () => {
    const response = await fetch(`${lms.controlUrl}/reset`, { method: 'POST', headers: { origin: 'http://evil.example', 'content-type': 'text/plain' } });
    expect(response.status).toBe(403);
  });

  it('and leaves the faults as they were', async () => {
    await lms.break({ kind: 'garbage' });
    await lms.control('PUT', '/faults', [{ kind: 'meteor' }]);
    expect((await lms.control('GET', '/faults')).json).toEqual([{ kind: 'garbage' }]);
    await lms.break();
  });
});

describe('a seed', () => {
  it('adds users, a range of users, courses and enrollments at once', async () => {
    await lms.seed({
      users: [{ username: 'ada', email: 'ada@example.com' }],
      userRange: { prefix: 'buyer', from: 1, to: 1000 },
      courses: [{ id: 'course-v1:New+ONE+2026', name: 'New One', modes: [{ slug: 'verified', minPrice: 5 }] }],
      enrollments: [{ username: 'ada', courseId: 'course-v1:New+ONE+2026', mode: 'verified', attributes: [{ namespace: 'order', name: 'order_number', value: 'OF-9' }] }],
    });
    expect(await lms.enrollment('ada', 'course-v1:New+ONE+2026')).toMatchObject({ mode: 'verified', isActive: true, history: [{ mode: 'verified', isActive: true }] });
    expect((await lms.enroll({ user: 'buyer1000' })).status).toBe(200);
    expect((await lms.lms('/api/user/v1/accounts/buyer7', { headers: await asUser('staff') })).json['email']).toBe('buyer7@example.com');
  });

  it('changes what it names, and nothing else', async () => {
    await lms.seed({ courses: [{ id: CHEMISTRY, inviteOnly: true }], users: [{ username: 'learner5', email: 'five@example.com' }] });
    const { json } = await lms.lms(`/api/enrollment/v1/course/${CHEMISTRY}`);
    expect([json['invite_only'], json['course_name']]).toEqual([true, 'Chemistry One']);
    expect(json['course_modes']).toHaveLength(3);
    expect((await lms.enroll({ user: undefined, email: 'five@example.com' })).json['user']).toBe('learner5');
    expect((await lms.enroll({ user: undefined, email: 'learner5@example.com' })).status).toBe(406);
  });

  it('changes nothing when one row does not fit', async () => {
    const seed = { users: [{ username: 'half', email: 'half@example.com' }], enrollments: [{ username: 'half', courseId: 'course-v1:No+NE+1', mode: 'audit' }] };
    expect((await lms.control('POST', '/seed', seed)).status).toBe(400);
    expect((await lms.enroll({ user: 'half' })).status).toBe(406);
  });
});

it('lists the enrollments of one learner, one course, or all', async () => {
  await lms.reset();
  await lms.enroll();
  await lms.enroll({ user: 'learner2' });
  const users = async (query: string) => ((await lms.control('GET', `/enrollments${query}`)).json as unknown as { user: string }[]).map(({ user }) => user);
  expect([await users(''), await users('?user=learner2'), await users(`?courseId=${BIOLOGY}`), await users(`?courseId=${CHEMISTRY}`)]).toEqual([
    ['learner1', 'learner2'], ['learner2'], ['learner1', 'learner2'], [],
  ]);
});

it('forgets on reset what learners did, every fault, the ledger and the clock, but not people and courses', async () => {
  await lms.seed({ users: [{ username: 'kept', email: 'kept@example.com' }] });
  await lms.enroll({ user: 'kept' });
  await lms.break({ kind: 'garbage', path: '/nowhere' });
  await lms.shiftClock(PAST_EXPIRY_MS);
  expect((await lms.control('POST', '/reset')).status).toBe(204);
  const left = [await lms.ledger(), (await lms.control('GET', '/enrollments')).json, (await lms.control('GET', '/faults')).json];
  expect(left).toEqual([[], [], []]);
  expect((await lms.enroll({ user: 'kept', mode: 'verified' })).status).toBe(200);
  expect((await lms.lms(`/api/enrollment/v1/enrollment/kept,${BIOLOGY}`, { headers: withKey })).json['created']).toMatch(String(new Date().getUTCFullYear()));
});
