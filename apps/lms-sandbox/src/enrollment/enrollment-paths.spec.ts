import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { asUser, BIOLOGY, CHEMISTRY, TestSandbox } from '../testing/sandbox.fixture.js';

const order = (number: string) => [{ namespace: 'order', name: 'order_number', value: number }];
const PAST_EXPIRY_MS = 3 * 365 * 24 * 3600 * 1000;

let lms: TestSandbox;
beforeAll(async () => {
  lms = await TestSandbox.start();
});
afterAll(() => lms.stop());
beforeEach(async () => {
  await lms.reset();
  await lms.seed({ courses: [{ id: BIOLOGY, enrollmentEnd: null, maxEnrollments: null }] });
});

/** The effect of the last call, as the ledger has it. */
async function lastEffect(): Promise<string | undefined> {
  return (await lms.ledger()).at(-1)?.effect;
}

describe('a learner who has no enrollment', () => {
  it('is enrolled in the default mode first, then in the one that was asked for, with the attributes', async () => {
    const { status, json } = await lms.enroll({ mode: 'verified', is_active: true, enrollment_attributes: order('OF-1') });
    expect([status, json['mode'], json['is_active'], json['user'], await lastEffect()]).toEqual([200, 'verified', true, 'learner1', 'created']);
    const { attributes, history } = (await lms.enrollment()) ?? {};
    expect(attributes).toEqual(order('OF-1'));
    expect(history?.map(({ mode, isActive }) => [mode, isActive])).toEqual([['audit', true], ['verified', true]]);
  });

  it('gets the default mode, in one event, where none is named', async () => {
    expect((await lms.enroll()).json['mode']).toBe('audit');
    expect((await lms.enrollment())?.history).toHaveLength(1);
  });

  it('gets honor where the course has no audit', async () => {
    const course = 'course-v1:AcmeX+HONOR+2026';
    await lms.seed({ courses: [{ id: course, name: 'Honor', modes: [{ slug: 'honor' }, { slug: 'verified', minPrice: 1 }] }] });
    expect((await lms.enroll({ course })).json['mode']).toBe('honor');
  });

  it('has an enrollment that is off after a deactivation', async () => {
    expect((await lms.enroll({ is_active: false, mode: 'verified' })).json).toMatchObject({ is_active: false, mode: 'verified' });
  });

  it('can be named by e-mail address', async () => {
    expect((await lms.enroll({ user: undefined, email: 'learner4@example.com' })).json['user']).toBe('learner4');
  });
});

describe('an active enrollment', () => {
  beforeEach(() => lms.enroll({ mode: 'audit', enrollment_attributes: order('OF-1') }));

  it('is upgraded, also after the mode has expired and in a closed and full course', async () => {
    await lms.seed({ courses: [{ id: BIOLOGY, enrollmentEnd: '2026-01-01T00:00:00Z', maxEnrollments: 1 }] });
    await lms.shiftClock(PAST_EXPIRY_MS);
    const { status, json } = await lms.enroll({ mode: 'verified', is_active: true, enrollment_attributes: order('OF-2') });
    expect([status, json['mode'], await lastEffect()]).toEqual([200, 'verified', 'changed']);
    expect((await lms.enrollment())?.attributes).toEqual(order('OF-2'));
  });

  it('is downgraded without complaint', async () => {
    await lms.enroll({ mode: 'verified' });
    expect((await lms.enroll({ mode: 'audit' })).json['mode']).toBe('audit');
  });

  it('stays as it is, attributes and all, when the same request comes again', async () => {
    const { status, json } = await lms.enroll({ mode: 'audit', is_active: true, enrollment_attributes: order('OF-2') });
    expect([status, json['mode'], await lastEffect()]).toEqual([200, 'audit', 'unchanged']);
    expect((await lms.enrollment())?.attributes).toEqual(order('OF-1'));
  });

  it('stays as it is when its own learner, who may not change it, asks for another mode', async () => {
    const { status, json } = await lms.enroll({ mode: 'honor', course: CHEMISTRY }, await asUser('learner1'));
    expect([status, json['mode']]).toEqual([200, 'honor']);
    expect((await lms.enroll({ mode: 'audit', course: CHEMISTRY }, await asUser('learner1'))).json['mode']).toBe('honor');
  });

  it('keeps its mode on a change that names none', async () => {
    await lms.enroll({ mode: 'verified' });
    expect((await lms.enroll({ is_active: false })).json).toMatchObject({ mode: 'verified', is_active: false });
  });

  it('loses all attributes to those of the next change', async () => {
    await lms.enroll({ mode: 'verified', enrollment_attributes: [{ namespace: 'credit', name: 'provider_id', value: 'acme' }] });
    expect((await lms.enrollment())?.attributes).toEqual([{ namespace: 'credit', name: 'provider_id', value: 'acme' }]);
  });

  it('keeps its attributes on a change that brings none', async () => {
    await lms.enroll({ mode: 'verified' });
    expect((await lms.enrollment())?.attributes).toEqual(order('OF-1'));
  });
});

describe('the same request again is refused although the learner is enrolled', () => {
  beforeEach(() => lms.enroll({ mode: 'verified', is_active: true }));

  it('when the mode has expired meanwhile', async () => {
    await lms.shiftClock(PAST_EXPIRY_MS);
    const { status, json } = await lms.enroll({ mode: 'verified', is_active: true });
    expect([status, json['message']]).toEqual([400, `The [verified] course mode is expired or otherwise unavailable for course run [${BIOLOGY}].`]);
    expect(await lms.enrollment()).toMatchObject({ mode: 'verified', isActive: true });
  });

  it.each([
    ['closed', { enrollmentEnd: '2026-01-01T00:00:00Z' }],
    ['filled up', { maxEnrollments: 1 }],
  ])('when the course has %s meanwhile', async (_cause, fields) => {
    await lms.seed({ courses: [{ id: BIOLOGY, ...fields }] });
    const { status, json } = await lms.enroll({ mode: 'verified', is_active: true });
    expect([status, json['message']]).toEqual([400, expect.stringContaining('An error occurred while creating the new course enrollment')]);
  });
});

describe('a deactivation', () => {
  beforeEach(() => lms.enroll({ mode: 'verified' }));

  it('answers 200, and 200 again while the course is open', async () => {
    expect((await lms.enroll({ mode: 'verified', is_active: false })).json).toMatchObject({ mode: 'verified', is_active: false });
    expect(await lastEffect()).toBe('deactivated');
    expect((await lms.enroll({ mode: 'verified', is_active: false })).json).toMatchObject({ mode: 'verified', is_active: false });
    expect(await lastEffect()).toBe('unchanged');
  });

  it('answers 200 again after the mode has expired: to switch off, an expired mode will do', async () => {
    await lms.enroll({ mode: 'verified', is_active: false });
    await lms.shiftClock(PAST_EXPIRY_MS);
    expect((await lms.enroll({ mode: 'verified', is_active: false })).status).toBe(200);
  });

  it('answers 200 the first time in a closed course, and 400 when it is repeated', async () => {
    await lms.seed({ courses: [{ id: BIOLOGY, enrollmentEnd: '2026-01-01T00:00:00Z' }] });
    expect((await lms.enroll({ mode: 'verified', is_active: false })).status).toBe(200);
    expect((await lms.enroll({ mode: 'verified', is_active: false })).status).toBe(400);
  });

  it('frees a seat in a course with a cap', async () => {
    await lms.seed({ courses: [{ id: BIOLOGY, maxEnrollments: 1 }] });
    expect((await lms.enroll({ user: 'learner2' })).status).toBe(400);
    await lms.enroll({ mode: 'verified', is_active: false });
    expect((await lms.enroll({ user: 'learner2' })).status).toBe(200);
  });

  it('with another mode changes the mode of an enrollment that is off already', async () => {
    await lms.enroll({ mode: 'verified', is_active: false });
    expect((await lms.enroll({ mode: 'audit', is_active: false })).json).toMatchObject({ mode: 'audit', is_active: false });
  });
});

describe('an enrollment that is off', () => {
  beforeEach(async () => {
    await lms.enroll({ mode: 'verified', enrollment_attributes: order('OF-1') });
    await lms.enroll({ mode: 'verified', is_active: false });
  });

  it('comes back by is_active, with the new attributes, even after its mode has expired', async () => {
    await lms.shiftClock(PAST_EXPIRY_MS);
    const { status } = await lms.enroll({ mode: 'verified', is_active: true, enrollment_attributes: order('OF-2') });
    expect([status, await lastEffect()]).toEqual([200, 'changed']);
    expect(await lms.enrollment()).toMatchObject({ isActive: true, attributes: order('OF-2') });
  });

  it('comes back by a request that leaves is_active out', async () => {
    expect((await lms.enroll({ mode: 'verified' })).json).toMatchObject({ mode: 'verified', is_active: true });
  });

  it('is still one enrollment, whatever happened to it', async () => {
    await lms.enroll({ mode: 'audit', is_active: true });
    expect((await lms.control('GET', '/enrollments')).json).toHaveLength(1);
  });
});
