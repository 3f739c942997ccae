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
  const wanted = { user: 'learner1', course_uuid: 'c0ffee00-0000-4000-8000-000000000001', mode: 'verified', order_number: 'OF-1' };
  const create = (body: unknown = wanted, headers = staff) => lms.lms(PATH, { method: 'POST', headers, body });
  const listed = async (query: string, headers = staff) => (await lms.lms(`${PATH}${query}`, { headers })).json;
  const numbers = (page: Record<string, unknown>) => (page['results'] as { order_number: string }[]).map(({ order_number: number }) => number);

  it('are created for one order once: a repeat is a 400, expired or not, and the first is found by learner and order', async () => {
    const created = await create();
    expect([created.status, created.json]).toEqual([201, expect.objectContaining({ ...wanted, enrollment_course_run: null, expired_at: null, refund_locked: false, support_details: [] })]);
    const repeated = await create({ ...wanted, mode: 'professional', user: 'learner2' });
    expect([repeated.status, repeated.json]).toEqual([400, { non_field_errors: ['The fields course_uuid, order_number must make a unique set.'] }]);
    expect((await listed('?user=learner1'))['results']).toEqual([created.json]);
    await lms.lms(`${PATH}${String(created.json['uuid'])}/`, { method: 'DELETE', headers: staff });
    expect((await create()).status).toBe(400);
    expect((await create({ ...wanted, order_number: 'OF-2' })).status).toBe(201);
  });

  it('are refused field by field, and to callers who are not staff', async () => {
    const { status, json } = await create({ ...wanted, user: 'nobody', mode: undefined, course_uuid: 'biology' });
    expect([status, json]).toEqual([400, { user: ['Object with username=nobody does not exist.'], course_uuid: ['Must be a valid UUID.'], mode: ['This field is required.'] }]);
    expect([(await create(wanted, await asUser('learner1'))).status, (await create(wanted, withKey)).status, (await create(wanted, {})).status]).toEqual([403, 401, 401]);
  });

  it('are listed page by page, and the links keep what was asked for', async () => {
    for (const number of ['OF-1', 'OF-2', 'OF-3']) await create({ ...wanted, order_number: number });
    const first = await listed('?user=learner1&page_size=2');
    expect([numbers(first), first['count'], first['previous']]).toEqual([['OF-1', 'OF-2'], 3, null]);
    const second = await listed(new URL(String(first['next'])).search);
    expect([numbers(second), second['next']]).toEqual([['OF-3'], null]);
    expect(numbers(await listed(new URL(String(second['previous'])).search))).toEqual(['OF-1', 'OF-2']);
    expect((await lms.lms(`${PATH}?user=learner1&page=3&page_size=2`, { headers: staff })).json).toEqual({ detail: 'Invalid page.' });
  });

  it('are shown to their learner, and to staff who name him', async () => {
    await create();
    const learner = await asUser('learner1');
    expect([await listed('', learner), await listed('?user=learner1', await asUser('learner2')), await listed(''), await listed('?user=learner1')].map((page) => numbers(page).length)).toEqual([1, 0, 0, 1]);
  });

  it('expire when they are deleted, again without effect, and can still be read', async () => {
    const path = `${PATH}${String((await create()).json['uuid'])}/`;
    const remove = async (headers = staff) => (await lms.lms(path, { method: 'DELETE', headers })).status;
    expect([await remove(await asUser('learner1')), await remove()]).toEqual([403, 204]);
    const { json } = await lms.lms(path, { headers: await asUser('learner1') });
    expect(json['expired_at']).toEqual(expect.any(String));
    expect(await remove()).toBe(204);
    expect((await lms.lms(path, { headers: staff })).json).toEqual(json);
    expect((await lms.lms(path, { headers: await asUser('learner2') })).status).toBe(404);
    expect((await lms.ledger()).filter(({ method }) => method !== 'GET').map(({ effect }) => effect)).toEqual(['created', 'none', 'deactivated', 'none']);
  });

  it('that never were are a sentence, and a path that is none a page', async () => {
    const removed = async (uuid: string) => (await lms.lms(`${PATH}${uuid}/`, { method: 'DELETE', headers: staff })).text;
    expect(await removed('c0ffee00-0000-4000-8000-00000000dead')).toBe('{"detail":"Not found."}');
    expect(await removed('coffee')).toContain('<html>');
  });

  it('are shown by the control API, whoever has them', async () => {
    await create();
    await create({ ...wanted, user: 'learner2', order_number: 'OF-2' });
    const shown = async (query = '') => ((await lms.control('GET', `/entitlements${query}`)).json as unknown as { user: string; orderNumber: string }[]).map(({ user, orderNumber }) => `${user} ${orderNumber}`);
    expect([await shown(), await shown('?user=learner2')]).toEqual([['learner1 OF-1', 'learner2 OF-2'], ['learner2 OF-2']]);
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
