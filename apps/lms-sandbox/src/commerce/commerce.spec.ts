import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { asUser, BIOLOGY, CHEMISTRY, MATHEMATICS, TestSandbox, withKey } from '../testing/sandbox.fixture.js';

const NEW = 'course-v1:AcmeX+NEW1+2026';

let lms: TestSandbox;
let staff: Record<string, string>;
beforeAll(async () => {
  lms = await TestSandbox.start();
  staff = await asUser('staff');
});
afterAll(() => lms.stop());
beforeEach(() => lms.reset());

describe('entitlements', () => {
  const PATH = '/api/entitlements/v1/entitlements/';
  const wanted = { user: 'learner1', course_uuid: 'c0ffee', mode: 'verified', order_number: 'OF-1' };
  const create = (body: unknown = wanted, headers = staff) => lms.lms(PATH, { method: 'POST', headers, body });

  it('are created for one order once: a repeat is a 400, and the first is found by learner and order', async () => {
    const created = await create();
    expect([created.status, created.json]).toEqual([201, expect.objectContaining({ ...wanted, enrollment_course_run: null, expired_at: null, refund_locked: false, support_details: [] })]);
    expect((await create()).status).toBe(400);
    const { json } = await lms.lms(`${PATH}?user=learner1`, { headers: staff });
    expect(json['results']).toEqual([created.json]);
  });

  it('are refused for an unknown user, without a field, and to callers who are not staff', async () => {
    expect((await create({ ...wanted, user: 'nobody' })).json).toHaveProperty('user');
    expect((await create({ ...wanted, mode: undefined })).json).toEqual({ mode: ['This field is required.'] });
    expect([(await create(wanted, await asUser('learner1'))).status, (await create(wanted, withKey)).status]).toEqual([403, 401]);
  });

  it('expire when they are deleted, and can still be read', async () => {
    const { uuid } = (await create()).json;
    expect((await lms.lms(`${PATH}${String(uuid)}/`, { method: 'DELETE', headers: staff })).status).toBe(204);
    const { json } = await lms.lms(`${PATH}${String(uuid)}/`, { headers: await asUser('learner1') });
    expect(json['expired_at']).toEqual(expect.any(String));
    expect((await lms.lms(`${PATH}${String(uuid)}/`, { headers: await asUser('learner2') })).status).toBe(404);
  });
});

describe('credit', () => {
  it('is switched on for a course: 201 the first time, 200 from then on', async () => {
    const put = async () => lms.lms(`/api/credit/v1/courses/${CHEMISTRY}/`, { method: 'PUT', headers: staff, body: { course_key: CHEMISTRY, enabled: true } });
    const [first, second] = [await put(), await put()];
    expect([first.status, second.status, second.json]).toEqual([201, 200, { course_key: CHEMISTRY, enabled: true }]);
  });

  it('is granted by providers that can be listed and looked up', async () => {
    const ids = async (query: string) => ((await lms.lms(`/api/credit/v1/providers/${query}`, { headers: staff })).json as unknown as { id: string }[]).map(({ id }) => id);
    expect([await ids(''), await ids('?provider_ids=other')]).toEqual([['acme-university'], []]);
    expect((await lms.lms('/api/credit/v1/providers/acme-university/', { headers: staff })).json['display_name']).toBe('Acme University');
    expect((await lms.lms('/api/credit/v1/providers/other/', { headers: staff })).status).toBe(404);
  });
});

describe('publication of a course', () => {
  const mode = (name: string, price: number, more: Record<string, unknown> = {}) => ({ name, currency: 'USD', price, sku: `${name}-sku`, bulk_sku: null, expires: null, ...more });
  const put = (course: string, body: unknown, headers: Record<string, string> = withKey) => lms.lms(`/api/commerce/v1/courses/${course}/`, { method: 'PUT', headers, body });
  beforeEach(() => lms.seed({ courses: [{ id: NEW, name: 'New One', modes: [], verificationDeadline: null }] }));

  it('is a 201 for a course without modes, replaces all modes, and shows in the Enrollment API', async () => {
    expect((await lms.lms(`/api/commerce/v1/courses/${NEW}/`, { headers: staff })).status).toBe(404);
    expect((await put(NEW, { id: NEW, name: 'Ignored', modes: [mode('audit', 0), mode('verified', 49)] })).status).toBe(201);
    const { status, json } = await put(NEW, { modes: [mode('verified', 59)] });
    expect([status, json['name'], json['modes']]).toEqual([200, 'New One', [{ ...mode('verified', 59), currency: 'usd', android_sku: null, ios_sku: null }]]);
    expect((await lms.lms(`/api/enrollment/v1/course/${NEW}`)).json['course_modes']).toEqual([expect.objectContaining({ slug: 'verified', min_price: 59, sku: 'verified-sku' })]);
  });

  it('keeps the masters mode, and a deadline that is left out', async () => {
    await put(NEW, { modes: [mode('masters', 900)], verification_deadline: '2027-01-01T00:00:00Z' });
    const { json } = await put(NEW, { modes: [mode('audit', 0)] });
    expect([(json['modes'] as { name: string }[]).map(({ name }) => name), json['verification_deadline']]).toEqual([['audit', 'masters'], '2027-01-01T00:00:00Z']);
    expect((await put(NEW, { modes: [mode('audit', 0)], verification_deadline: null })).json['verification_deadline']).toBeNull();
  });

  it.each([
    ['an unknown course', 'course-v1:A+B+C', { modes: [] }, { id: ['Course course-v1:A+B+C does not exist.'] }],
    ['a bad key', 'biology', { modes: [] }, { id: ['biology is not a valid course key.'] }],
    ['a professional mode that expires, in a list', NEW, { modes: [mode('professional', 9, { expires: '2027-01-01T00:00:00Z' })] }, ['Professional education modes are not allowed to have expiration_datetime set.']],
    [
      'a deadline before a mode expires', NEW, { modes: [mode('verified', 9, { expires: '2027-02-01T00:00:00Z' })], verification_deadline: '2027-01-01T00:00:00Z' },
      { non_field_errors: ['Verification deadline must be after the course mode upgrade deadlines.'] },
    ],
  ])('is refused for %s', async (_what, course, body, expected) => {
    const { status, json } = await put(course, body);
    expect([status, json]).toEqual([400, expected]);
  });

  it('names fields that are wrong or missing', async () => {
    expect((await put(NEW, {})).json).toHaveProperty('modes');
    expect((await put(NEW, { modes: [mode('verified', 4.5)] })).json).toEqual({ 'modes.0.price': ['A valid integer is required.'] });
  });

  it('is for the key and for staff', async () => {
    expect([(await put(NEW, { modes: [mode('audit', 0)] }, await asUser('learner1'))).status, (await put(NEW, { modes: [mode('audit', 0)] }, staff)).status]).toEqual([403, 201]);
    const { json } = await lms.lms('/api/commerce/v1/courses/', { headers: await asUser('learner1') });
    expect((json as unknown as { id: string }[]).map(({ id }) => id)).toEqual(expect.arrayContaining([BIOLOGY, MATHEMATICS, NEW]));
  });
});
