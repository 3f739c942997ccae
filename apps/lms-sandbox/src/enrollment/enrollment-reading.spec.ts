import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { asUser, BIOLOGY, CHEMISTRY, PHYSICS, TestSandbox, withKey } from '../testing/sandbox.fixture.js';

const API = '/api/enrollment/v1';
const BARE = 'course-v1:AcmeX+BARE+2026';
const PAST_EXPIRY_MS = 3 * 365 * 24 * 3600 * 1000;

let lms: TestSandbox;
beforeAll(async () => {
  lms = await TestSandbox.start();
  await lms.seed({
    users: [
      { username: 'tutor', email: 'tutor@example.com', roles: [{ courseId: CHEMISTRY, role: 'staff' }] },
      { username: 'root', email: 'root@example.com', isSuperuser: true },
    ],
    courses: [{ id: BARE, name: 'Bare' }],
  });
});
afterAll(() => lms.stop());
beforeEach(() => lms.reset());

const read = async (path: string, headers: Record<string, string> = withKey) => lms.lms(`${API}${path}`, { headers });

describe('one enrollment', () => {
  it('is shown with its course, modes, prices and SKUs', async () => {
    await lms.enroll({ mode: 'verified' });
    const { status, json } = await read(`/enrollment/learner1,${BIOLOGY}`);
    expect(status).toBe(200);
    expect(json).toEqual({
      created: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
      mode: 'verified',
      is_active: true,
      user: 'learner1',
      course_details: {
        course_id: BIOLOGY,
        course_name: 'Biology One',
        enrollment_start: '2025-01-01T00:00:00Z',
        enrollment_end: null,
        course_start: null,
        course_end: null,
        invite_only: false,
        pacing_type: 'Self Paced',
        course_modes: [
          { slug: 'audit', name: 'Audit', min_price: 0, suggested_prices: '', currency: 'usd', expiration_datetime: null, description: null, sku: '8CF08E5', bulk_sku: null },
          {
            slug: 'verified', name: 'Verified Certificate', min_price: 49, suggested_prices: '', currency: 'usd',
            expiration_datetime: '2027-08-01T23:59:59Z', description: null, sku: 'A1B2C3D', bulk_sku: 'D3C2B1A',
          },
        ],
      },
    });
  });

  it('that does not exist is 200 with null', async () => {
    const { status, text } = await read(`/enrollment/learner1,${BIOLOGY}`);
    expect([status, text]).toEqual([200, 'null']);
  });

  it('is found by a path whose signs are percent-encoded, too', async () => {
    await lms.enroll();
    expect((await read(`/enrollment/${encodeURIComponent(`learner1,${BIOLOGY}`)}`)).json['mode']).toBe('audit');
  });

  it('is shown to its learner, to staff and to the key, and is an empty 404 to others', async () => {
    await lms.enroll();
    const path = `/enrollment/learner1,${BIOLOGY}`;
    expect((await read(`/enrollment/${BIOLOGY}`, await asUser('learner1'))).json['user']).toBe('learner1');
    expect((await read(path, await asUser('staff'))).json['user']).toBe('learner1');
    const { status, text } = await read(path, await asUser('learner2'));
    expect([status, text]).toEqual([404, '']);
  });
});

it('has no POST with a slash at its end, and no enrollment without a course key', async () => {
  const slash = await lms.lms(`${API}/enrollment/`, { method: 'POST', headers: withKey, body: { user: 'learner1', course_details: { course_id: BIOLOGY } } });
  expect([slash.status, (await read('/enrollment/learner1,biology')).status, await lms.enrollment()]).toEqual([404, 404, undefined]);
});

describe('the list of a learner\'s enrollments', () => {
  beforeEach(async () => {
    for (const course of [CHEMISTRY, BIOLOGY]) await lms.enroll({ course });
    await lms.enroll({ course: PHYSICS, mode: 'professional' });
    await lms.enroll({ course: PHYSICS, mode: 'professional', is_active: false });
  });
  const coursesSeenBy = async (headers: Record<string, string>, query = '?user=learner1') => {
    const { json } = await read(`/enrollment${query}`, headers);
    return (json as unknown as { course_details: { course_id: string } }[]).map((item) => item.course_details.course_id);
  };

  it('has the active ones in the order of their creation', async () => {
    expect(await coursesSeenBy(withKey)).toEqual([CHEMISTRY, BIOLOGY]);
    expect(await coursesSeenBy(await asUser('learner1'), '')).toEqual([CHEMISTRY, BIOLOGY]);
  });

  it('shows others only what happens in the courses they are staff of', async () => {
    expect(await coursesSeenBy(await asUser('tutor'))).toEqual([CHEMISTRY]);
    expect(await coursesSeenBy(await asUser('learner2'))).toEqual([]);
  });
});

describe('course details', () => {
  it('are public, and leave out what has expired unless told otherwise', async () => {
    await lms.shiftClock(PAST_EXPIRY_MS);
    const slugs = async (query: string) => ((await read(`/course/${BIOLOGY}${query}`, {})).json['course_modes'] as { slug: string }[]).map(({ slug }) => slug);
    expect([await slugs(''), await slugs('?include_expired=1')]).toEqual([['audit'], ['audit', 'verified']]);
  });

  it('show one synthetic audit mode where a course has none', async () => {
    expect((await read(`/course/${BARE}`, {})).json['course_modes']).toEqual([expect.objectContaining({ slug: 'audit', min_price: 0, currency: 'usd', sku: null, bulk_sku: null })]);
  });

  it('of an unknown course are a 400', async () => {
    const { status, json } = await read('/course/course-v1:A+B+C', {});
    expect([status, json]).toEqual([400, { message: "No course found for course ID 'course-v1:A+B+C'" }]);
  });
});

describe('the list of all enrollments', () => {
  beforeEach(async () => {
    for (const user of ['learner1', 'learner2', 'learner3']) await lms.enroll({ user });
    await lms.enroll({ user: 'learner1', course: CHEMISTRY });
  });
  const usersOf = (answer: { json: Record<string, unknown> }) => (answer.json['results'] as { user: string }[]).map(({ user }) => user);

  it('is for staff alone; the key is not enough', async () => {
    expect([(await read('/enrollments/')).status, (await read('/enrollments/', await asUser('learner1'))).status]).toEqual([401, 403]);
    expect((await read('/enrollments', await asUser('staff'))).status).toBe(200);
  });

  it.each([
    ['course', `course_id=${encodeURIComponent(CHEMISTRY)}`, ['learner1']],
    ['part of a course key', 'course_ids=chem1,phys1', ['learner1']],
    ['usernames', 'username=learner2,learner3', ['learner2', 'learner3']],
    ['e-mail addresses', 'email=learner2@example.com', ['learner2']],
  ])('is filtered by %s', async (_filter, query, users) => {
    expect(usersOf(await read(`/enrollments/?${query}`, await asUser('staff')))).toEqual(users);
  });

  it('goes on page by page, forth and back', async () => {
    const first = await read('/enrollments/?page_size=3', await asUser('staff'));
    expect([usersOf(first).length, first.json['previous']]).toEqual([3, null]);
    const follow = async (link: unknown) => lms.lms(String(link).slice(lms.sandbox.lmsUrl.length), { headers: await asUser('staff') });
    const second = await follow(first.json['next']);
    expect([usersOf(second), second.json['next']]).toEqual([['learner1'], null]);
    expect(usersOf(await follow(second.json['previous']))).toEqual(usersOf(first));
  });

  it('names the filter that is wrong', async () => {
    const { status, json } = await read('/enrollments/?course_id=biology', await asUser('staff'));
    expect([status, json]).toEqual([400, { field_errors: { course_id: { developer_message: "'biology' is not a valid course id." } } }]);
    const many = Array.from({ length: 101 }, (_, number) => `u${number}`).join();
    expect((await read(`/enrollments/?username=${many}`, await asUser('staff'))).json['field_errors']).toHaveProperty('username');
  });
});

describe('enrollment_allowed', () => {
  const row = { email: 'new@example.com', course_id: BIOLOGY };
  const send = async (method: string, body: unknown = row) => lms.lms(`${API}/enrollment_allowed/`, { method, headers: await asUser('staff'), body });

  it('is added once, listed, and removed once', async () => {
    expect([(await send('POST')).status, (await send('POST')).status]).toEqual([201, 409]);
    const { json } = await read('/enrollment_allowed/?email=new@example.com', await asUser('staff'));
    expect(json).toEqual([expect.objectContaining({ email: 'new@example.com', course_id: BIOLOGY, auto_enroll: false })]);
    expect([(await send('DELETE')).status, (await send('DELETE')).status]).toEqual([204, 404]);
  });

  it('names the field that is missing, and is closed to others', async () => {
    const { status, json } = await send('POST', { email: 'new@example.com' });
    expect([status, json]).toEqual([400, { course_id: ['This field is required.'] }]);
    expect((await read('/enrollment_allowed/', await asUser('learner1'))).status).toBe(403);
  });
});

describe('roles', () => {
  it('are those of the caller, of one course where one is named', async () => {
    const held = { org: 'AcmeX', course_id: CHEMISTRY, role: 'staff' };
    expect((await read('/roles/', await asUser('tutor'))).json).toEqual({ roles: [held], is_staff: false });
    expect((await read(`/roles/?course_id=${encodeURIComponent(BIOLOGY)}`, await asUser('tutor'))).json['roles']).toEqual([]);
    expect((await read('/roles/')).status).toBe(400);
  });
});

describe('unenroll', () => {
  const unenroll = async (body: unknown, user = 'root') => lms.lms(`${API}/unenroll/`, { method: 'POST', headers: await asUser(user), body });

  it('takes a learner who asked to be forgotten out of everything, and says 204 when nothing is left', async () => {
    await lms.seed({ users: [{ username: 'leaver', email: 'leaver@example.com', retirementRequested: true }] });
    for (const course of [BIOLOGY, CHEMISTRY]) await lms.enroll({ user: 'leaver', course });
    const { status, json } = await unenroll({ username: 'leaver' });
    expect([status, json, (await lms.enrollment('leaver'))?.isActive]).toEqual([200, ['AcmeX'], false]);
    expect((await unenroll({ username: 'leaver' })).status).toBe(204);
  });

  it('refuses callers without the role, and learners who did not ask', async () => {
    expect((await unenroll({ username: 'leaver' }, 'staff')).status).toBe(403);
    expect((await unenroll({})).json).toBe('Username not specified.');
    expect((await unenroll({ username: 'learner1' })).json).toBe('No retirement request status for username.');
  });
});
