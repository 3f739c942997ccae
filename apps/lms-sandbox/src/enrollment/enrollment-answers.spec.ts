import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { asUser, BIOLOGY, CHEMISTRY, MATHEMATICS, PHYSICS, TestSandbox, withKey } from '../testing/sandbox.fixture.js';

const UNKNOWN_COURSE = 'course-v1:AcmeX+NONE+2026';
const SPECIAL = 'course-v1:AcmeX+SPECIAL+2026';
const attribute = (namespace: string, name: string, value: string) => ({ namespace, name, value });

let lms: TestSandbox;
beforeAll(async () => {
  lms = await TestSandbox.start();
});
afterAll(() => lms.stop());
beforeEach(() => lms.reset());

/** A course that differs from the usual one in a single way. */
async function special(fields: Record<string, unknown>): Promise<void> {
  const plain = { enrollmentStart: null, enrollmentEnd: null, inviteOnly: false, maxEnrollments: null, vetoMessage: null, embargoedAddresses: [], embargoedCountries: [] };
  await lms.seed({ courses: [{ id: SPECIAL, name: 'Special', modes: [{ slug: 'audit' }, { slug: 'verified', minPrice: 10 }], ...plain, ...fields }] });
}

describe('POST enrollment is refused, in this order, to', () => {
  it('a caller without credentials, or with nothing but a wrong key', async () => {
    for (const headers of [{}, { 'X-Edx-Api-Key': 'wrong' }]) {
      const { status, json } = await lms.enroll({ course: '' }, headers);
      expect([status, json]).toEqual([401, { detail: 'Authentication credentials were not provided.' }]);
    }
  });

  it('a request without a course', async () => {
    const expected = [400, { message: 'Course ID must be specified to create a new enrollment.' }];
    for (const fields of [{ course: '' }, { course_details: {} }, { course_details: undefined }]) {
      const { status, json } = await lms.enroll({ user: 'nobody', ...fields });
      expect([status, json]).toEqual(expected);
    }
  });

  it('a course id that does not parse, even from a stranger', async () => {
    const { status, json } = await lms.enroll({ user: 'learner2', course: 'biology' }, await asUser('learner1'));
    expect([status, json]).toEqual([400, { message: "No course 'biology' found for enrollment" }]);
  });

  it('a learner who acts on another, with an empty 404', async () => {
    const { status, text } = await lms.enroll({ user: 'learner2', mode: 'verified' }, await asUser('learner1'));
    expect([status, text]).toEqual([404, '']);
  });

  it('a learner who names an e-mail address, with an empty 404', async () => {
    const { status, text } = await lms.enroll({ user: undefined, email: 'nobody@example.com' }, await asUser('learner1'));
    expect([status, text]).toEqual([404, '']);
  });

  it('an unknown e-mail address', async () => {
    const { status, json } = await lms.enroll({ user: undefined, email: 'nobody@example.com' });
    expect([status, json]).toEqual([406, { message: 'The user with the email address nobody@example.com does not exist.' }]);
  });

  it('a learner who chooses a mode that costs', async () => {
    const { status, json } = await lms.enroll({ mode: 'verified', is_active: 'yes' }, await asUser('learner1'));
    expect([status, json]).toEqual([403, { message: 'User does not have permission to create enrollment with mode [verified].' }]);
  });

  it('an unknown username, with a 406', async () => {
    await special({ embargoedAddresses: ['203.0.113.7'] });
    const { status, json } = await lms.enroll({ user: 'nobody', course: SPECIAL }, { ...withKey, 'X-Forwarded-For': '203.0.113.7' });
    expect([status, json]).toEqual([406, { message: 'The user nobody does not exist.' }]);
  });

  it('a learner behind an embargoed address, wherever it stands in the chain, or from an embargoed country', async () => {
    await special({ embargoedAddresses: ['203.0.113.7'], embargoedCountries: ['KP'] });
    await lms.seed({ users: [{ username: 'kim', email: 'kim@example.com', country: 'KP' }] });
    const sentence = `Users from this location cannot access the course '${SPECIAL}'.`;
    const far = { ...withKey, 'X-Forwarded-For': '198.51.100.1, 203.0.113.7' };
    for (const answer of [await lms.enroll({ course: SPECIAL, is_active: 'yes' }, far), await lms.enroll({ course: SPECIAL, user: 'kim' })]) {
      expect([answer.status, answer.json['message']]).toEqual([403, sentence]);
      expect(answer.json['user_message_url']).toMatch(/\/embargo\/blocked-message\//);
    }
    expect((await lms.enroll({ course: SPECIAL }, { ...withKey, 'X-Forwarded-For': '198.51.100.1' })).status).toBe(200);
    expect((await lms.enroll({ course: SPECIAL, user: 'staff' }, far)).status).toBe(200);
  });

  it('an is_active that is no boolean', async () => {
    const { status, json } = await lms.enroll({ is_active: 'true', force_enrollment: 'x' });
    expect([status, json]).toEqual([400, { message: "'true' is an invalid enrollment activation status." }]);
  });

  it('a force_enrollment that is no boolean', async () => {
    const { status, json } = await lms.enroll({ force_enrollment: 1, mode: 'none' });
    expect([status, json]).toEqual([400, { message: "'1' is an invalid force enrollment status." }]);
  });

  it('a deactivation that names another mode than the current one', async () => {
    await lms.enroll({ mode: 'verified' });
    const { status, json } = await lms.enroll({ mode: 'honor', is_active: false });
    expect([status, json]).toEqual([400, { message: "Enrollment mode mismatch: active mode=verified, requested mode=honor. Won't deactivate." }]);
  });

  it('a change to credit whose attributes lack the provider', async () => {
    await lms.enroll({ course: MATHEMATICS, mode: 'verified' });
    const credit = { course: MATHEMATICS, mode: 'credit' };
    const { status, json } = await lms.enroll({ ...credit, enrollment_attributes: [attribute('order', 'order_number', 'OF-1')] });
    const sentence = "Missing enrollment attributes: requested mode=credit required attributes=['credit:provider_id']";
    expect([status, json]).toEqual([400, { message: sentence }]);
    expect((await lms.enroll({ ...credit, enrollment_attributes: [attribute('credit', 'provider_id', 'acme-university')] })).status).toBe(200);
  });

  it('nobody who changes to credit with an empty list, or with none', async () => {
    for (const [user, attributes] of [['learner1', []], ['learner2', undefined]]) {
      await lms.enroll({ user, course: MATHEMATICS, mode: 'verified' });
      expect((await lms.enroll({ user, course: MATHEMATICS, mode: 'credit', enrollment_attributes: attributes })).status).toBe(200);
    }
  });

  it('a mode that the course does not have, or had', async () => {
    const { status, json } = await lms.enroll({ mode: 'professional' });
    const sentence = `The [professional] course mode is expired or otherwise unavailable for course run [${BIOLOGY}].`;
    expect([status, json['message']]).toEqual([400, sentence]);
    expect(json['course_details']).toMatchObject({ course_id: BIOLOGY, course_modes: [{ slug: 'audit' }, { slug: 'verified' }] });
    await special({ modes: [{ slug: 'audit' }, { slug: 'verified', expiresAt: '2026-01-01T00:00:00Z' }] });
    const expired = await lms.enroll({ course: SPECIAL, mode: 'verified' });
    expect([expired.status, expired.json['message']]).toEqual([400, sentence.replace('professional', 'verified').replace(BIOLOGY, SPECIAL)]);
  });

  it('a request without a mode where the course has no free one', async () => {
    const { json } = await lms.enroll({ course: PHYSICS });
    expect(json['message']).toBe(`The [None] course mode is expired or otherwise unavailable for course run [${PHYSICS}].`);
  });

  it('a course key without a course', async () => {
    const { status, json } = await lms.enroll({ course: UNKNOWN_COURSE, mode: 'none' });
    expect([status, json]).toEqual([400, { message: `No course '${UNKNOWN_COURSE}' found for enrollment` }]);
  });

  it.each([
    ['not yet open', { enrollmentStart: '2999-01-01T00:00:00Z' }],
    ['closed', { enrollmentEnd: '2026-01-01T00:00:00Z' }],
    ['full', { maxEnrollments: 0 }],
    ['by invitation', { inviteOnly: true }],
  ])('everyone, in one sentence that hides the cause, where the course is %s', async (_cause, fields) => {
    await special(fields);
    const { status, json } = await lms.enroll({ course: SPECIAL, mode: 'verified' });
    expect([status, json]).toEqual([400, { message: `An error occurred while creating the new course enrollment for user 'learner1' in course '${SPECIAL}'` }]);
    expect(await lms.enrollment('learner1', SPECIAL)).toBeUndefined();
  });

  it('an attribute that lacks a part, after the learner was enrolled', async () => {
    const { status, json } = await lms.enroll({ mode: 'verified', enrollment_attributes: [{ name: 'order_number', value: 'OF-1' }] });
    const sentence = "'namespace' not in enrollment attribute";
    expect([status, json]).toEqual([400, { message: sentence, localizedMessage: sentence }]);
    expect(await lms.enrollment()).toMatchObject({ mode: 'verified', isActive: true, attributes: [] });
  });

  it('a learner whom a plug-in filter vetoes', async () => {
    await special({ vetoMessage: 'Only for members.' });
    const { status, json } = await lms.enroll({ course: SPECIAL });
    expect([status, json]).toEqual([403, { message: 'Only for members.', localizedMessage: 'Only for members.' }]);
  });

  it('an unknown cohort, after the learner was enrolled', async () => {
    const { status, json } = await lms.enroll({ course: CHEMISTRY, cohort: 'noon' });
    expect([status, json]).toEqual([400, { message: 'An error occured while adding to cohort [noon]' }]);
    expect(await lms.enrollment('learner1', CHEMISTRY)).toMatchObject({ isActive: true, cohort: null });
  });

  it('a caller with nothing but the key who sends email_opt_in, by a crash after the learner was enrolled', async () => {
    const { status, text } = await lms.enroll({ email_opt_in: false, course: CHEMISTRY, cohort: 'morning' });
    expect([status, text.includes('<html>')]).toEqual([500, true]);
    expect(await lms.enrollment('learner1', CHEMISTRY)).toMatchObject({ isActive: true, cohort: 'morning' });
    expect((await lms.enroll({ email_opt_in: true }, await asUser('learner1'))).status).toBe(200);
  });

  it.each([
    ['a body that is a list', []],
    ['course_details that are none', { course_details: 'BIO1' }],
    ['attributes that are no list', { course_details: { course_id: BIOLOGY }, user: 'learner1', enrollment_attributes: 'order' }],
  ])('%s, by a crash that changes nothing', async (_shape, body) => {
    const { status } = await lms.lms('/api/enrollment/v1/enrollment', { method: 'POST', headers: withKey, body });
    expect([status, await lms.enrollment()]).toEqual([500, undefined]);
  });
});

describe('a closed course lets in', () => {
  beforeEach(() => special({ inviteOnly: true, enrollmentEnd: '2026-01-01T00:00:00Z' }));

  it('the person who was allowed, staff, and the team of the course', async () => {
    await lms.seed({
      enrollmentAllowed: [{ email: 'learner2@example.com', courseId: SPECIAL }],
      users: [{ username: 'tutor', email: 'tutor@example.com', roles: [{ courseId: SPECIAL, role: 'instructor' }] }],
    });
    for (const user of ['learner2', 'staff', 'tutor']) expect([user, (await lms.enroll({ course: SPECIAL, user })).status]).toEqual([user, 200]);
  });

  it('whom a staff user forces in, but not whom the key alone forces in', async () => {
    const forced = { course: SPECIAL, user: 'learner3', force_enrollment: true };
    expect((await lms.enroll(forced)).status).toBe(400);
    expect((await lms.enroll(forced, await asUser('staff'))).status).toBe(200);
  });

  it('whom a staff user forces into a mode that has expired', async () => {
    await special({ modes: [{ slug: 'audit' }, { slug: 'verified', expiresAt: '2026-01-01T00:00:00Z' }] });
    const forced = { course: SPECIAL, mode: 'verified', force_enrollment: true };
    expect((await lms.enroll(forced, await asUser('staff'))).json['mode']).toBe('verified');
  });
});
