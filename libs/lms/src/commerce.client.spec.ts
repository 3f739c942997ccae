import { inspect } from 'node:util';
import { Test, type TestingModule } from '@nestjs/testing';
import { CommerceClient, type LmsCall, type LmsCourse, LmsCredentialsMissingError, LmsDiffersError, type LmsMode, LmsModule, LmsRefusedError, LmsUnansweredError } from './index.js';
import { StubLms, replying } from './stub-lms.js';

const ID = 'course-v1:AcmeX+BIO1+2026';
const VERIFIED: LmsMode = { slug: 'verified', price: 49, currency: 'USD', sku: 'A1', bulkSku: 'B1', expires: new Date('2026-08-01T23:59:59Z'), androidSku: 'a.1', iosSku: 'i.1' };
const AUDIT: LmsMode = { slug: 'audit', price: 0, currency: 'USD', sku: null, bulkSku: null, expires: null, androidSku: null, iosSku: null };
const COURSE: LmsCourse = { id: ID, name: 'Biology One', verificationDeadline: new Date('2026-08-15T00:00:00Z'), modes: [AUDIT, VERIFIED] };
const WIRE_VERIFIED = { name: 'verified', currency: 'usd', price: 49, sku: 'A1', bulk_sku: 'B1', expires: '2026-08-01T23:59:59Z', android_sku: 'a.1', ios_sku: 'i.1' };
const WIRE_AUDIT = { name: 'audit', currency: 'usd', price: 0, sku: null, bulk_sku: null, expires: null, android_sku: null, ios_sku: null };
const WIRE = { id: ID, name: 'Biology One', verification_deadline: '2026-08-15T00:00:00Z', modes: [WIRE_AUDIT, WIRE_VERIFIED] };

let lms: StubLms;
let app: TestingModule;
let commerce: CommerceClient;

beforeEach(async () => {
  lms = await new StubLms(replying(200, WIRE)).listen();
  app = await Test.createTestingModule({ imports: [LmsModule.forRoot({ url: lms.url, apiKey: 's3cret-api-key' })] }).compile();
  commerce = app.get(CommerceClient, { strict: false });
});

afterEach(async () => {
  await app.close();
  await lms.close();
});

describe('find', () => {
  it('reads a course and its modes, with the API key where there is no OAuth application', async () => {
    expect(await commerce.find(ID, call())).toEqual(COURSE);
    expect(lms.received).toMatchObject([{ method: 'GET', path: '/api/commerce/v1/courses/course-v1%3AAcmeX%2BBIO1%2B2026/', headers: { 'x-edx-api-key': 's3cret-api-key' } }]);
    expect(lms.received[0]?.headers).not.toHaveProperty('authorization');
  });

  it('reads what an old release or a form leaves: mobile SKUs of which nothing is known, empty SKUs, no name', async () => {
    const old = { name: 'honor', currency: 'EUR', price: 5, sku: '', bulk_sku: null, expires: '2026-08-01T23:59:59.123456+02:00', ios_sku: '' };
    lms.answer = replying(200, { id: ID, name: null, verification_deadline: null, modes: [old] });
    const mode = { slug: 'honor', price: 5, currency: 'EUR', sku: null, bulkSku: null, expires: new Date('2026-08-01T21:59:59.123Z'), androidSku: undefined, iosSku: null };
    expect(await commerce.find(ID, call())).toStrictEqual({ id: ID, name: '', verificationDeadline: null, modes: [mode] });
  });

  it.each<[string, unknown]>([
    ['null', null],
    ['a list', [WIRE]],
    ['no modes', { ...WIRE, modes: undefined }],
    ['a price in parts', { ...WIRE, modes: [{ ...WIRE_VERIFIED, price: 4.5 }] }],
    ['a price in words', { ...WIRE, modes: [{ ...WIRE_VERIFIED, price: '49' }] }],
    ['a day for an instant', { ...WIRE, modes: [{ ...WIRE_VERIFIED, expires: '2026-08-01' }] }],
    ['another course', { ...WIRE, id: 'course-v1:AcmeX+BIO2+2026' }],
  ])('takes a 200 with %s for no answer', async (_, body) => {
    lms.answer = replying(200, body);
    await expect(commerce.find(ID, call())).rejects.toMatchObject({ name: 'LmsUnansweredError', end: 'unreadable' });
  });
});

describe('publish', () => {
  it.each([200, 201])('sends the whole course, to the second, and reads the %i', async (status) => {
    lms.answer = replying(status, { ...WIRE, name: 'The name that the LMS has' });
    const finer = { ...VERIFIED, expires: new Date('2026-08-01T23:59:59.999Z') };
    expect(await commerce.publish({ ...COURSE, modes: [AUDIT, finer] }, call())).toEqual({ ...COURSE, name: 'The name that the LMS has' });
    expect(lms.received).toMatchObject([{ method: 'PUT', headers: { 'content-type': 'application/json' } }]);
    expect(JSON.parse(lms.received[0]?.body ?? '')).toEqual(WIRE);
  });

  it('says that a deadline and an expiry shall be removed', async () => {
    lms.answer = replying(200, { ...WIRE, verification_deadline: null, modes: [WIRE_AUDIT] });
    await commerce.publish({ ...COURSE, verificationDeadline: null, modes: [AUDIT] }, call());
    expect(JSON.parse(lms.received[0]?.body ?? '')).toMatchObject({ verification_deadline: null, modes: [{ expires: null }] });
  });

  it('may be answered in another order, with other fractions of a second, with masters, and by a release without mobile SKUs', async () => {
    const modes = [{ ...WIRE_AUDIT, name: 'masters', price: 900 }, { ...WIRE_VERIFIED, android_sku: undefined, ios_sku: undefined, expires: '2026-08-01T23:59:59.000001Z' }, WIRE_AUDIT];
    lms.answer = replying(200, { ...WIRE, modes });
    expect((await commerce.publish(COURSE, call())).modes.map(({ slug }) => slug)).toEqual(['masters', 'verified', 'audit']);
  });

  it('is compared with the mode of the same currency, wherever its twin in another stands', async () => {
    lms.answer = replying(200, { ...WIRE, modes: [{ ...WIRE_VERIFIED, currency: 'eur', price: 45 }, ...WIRE.modes] });
    await expect(commerce.publish(COURSE, call())).rejects.toMatchObject({ named: ['verified in EUR, which was not sent'] });
  });

  it.each<[string, unknown, string]>([
    ['another price', { ...WIRE, modes: [WIRE_AUDIT, { ...WIRE_VERIFIED, price: 50 }] }, 'verified: price'],
    ['another currency', { ...WIRE, modes: [WIRE_AUDIT, { ...WIRE_VERIFIED, currency: 'eur' }] }, 'verified: currency'],
    ['another SKU', { ...WIRE, modes: [WIRE_AUDIT, { ...WIRE_VERIFIED, sku: 'A2' }] }, 'verified: sku'],
    ['no bulk SKU', { ...WIRE, modes: [WIRE_AUDIT, { ...WIRE_VERIFIED, bulk_sku: null }] }, 'verified: bulkSku'],
    ['another expiry', { ...WIRE, modes: [WIRE_AUDIT, { ...WIRE_VERIFIED, expires: '2026-08-02T00:00:00Z' }] }, 'verified: expires'],
    ['a mobile SKU lost', { ...WIRE, modes: [WIRE_AUDIT, { ...WIRE_VERIFIED, ios_sku: null }] }, 'verified: iosSku'],
    ['a mode too few', { ...WIRE, modes: [WIRE_AUDIT] }, 'verified is not there'],
    ['a mode too many', { ...WIRE, modes: [...WIRE.modes, { ...WIRE_AUDIT, name: 'honor' }] }, 'honor in USD, which was not sent'],
    ['another deadline', { ...WIRE, verification_deadline: null }, 'verificationDeadline'],
  ])('names what differs in a 200 with %s', async (_, body, named) => {
    lms.answer = replying(200, body);
    const thrown: unknown = await commerce.publish(COURSE, call()).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(LmsDiffersError);
    expect(thrown).toMatchObject({ named: [named], message: `The LMS answered that it is done, with a course other than the one that it was told: ${named}.` });
  });

  it('takes a 200 without a course for no answer', async () => {
    lms.answer = (response) => response.end();
    await expect(commerce.publish(COURSE, call())).rejects.toBeInstanceOf(LmsUnansweredError);
  });

  it.each<[string, unknown, string]>([
    ['object', { id: ['Course x does not exist.'] }, 'id: Course x does not exist.'],
    ['list', ['Professional education modes are not allowed to have expiration_datetime set.'], 'Professional education modes are not allowed to have expiration_datetime set.'],
    ['text', 'No.', 'No.'],
  ])('reports a refusal that is %s', async (_, body, words) => {
    lms.answer = replying(400, body);
    await expect(commerce.publish(COURSE, call())).rejects.toMatchObject({ name: 'LmsRefusedError', httpStatus: 400, words });
  });

  it('never shows its key in what it throws', async () => {
    lms.answer = (response, { headers }) => response.writeHead(403).end(JSON.stringify({ detail: inspect(headers) }));
    const thrown: unknown = await commerce.publish(COURSE, call()).catch((error: unknown) => error);
    expect(inspect(thrown, { depth: 10, showHidden: true })).not.toContain('s3cret');
    expect(thrown).toBeInstanceOf(LmsRefusedError);
  });
});

it('calls nobody for what needs a user, when there is no OAuth application', async () => {
  await expect(commerce.enableCredit(ID, call())).rejects.toThrow(LmsCredentialsMissingError);
  await expect(commerce.list({ ...call(), onUnreadable: () => undefined }).next()).rejects.toThrow(/LMS_OAUTH_CLIENT_ID and LMS_OAUTH_CLIENT_SECRET/);
  expect(lms.received).toHaveLength(0);
});

function call(): LmsCall {
  return { timeoutMs: 10_000, signal: new AbortController().signal };
}
