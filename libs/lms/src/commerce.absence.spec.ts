import { Test, type TestingModule } from '@nestjs/testing';
import { CommerceClient, LmsModule, LmsRefusedError } from './index.js';
import { StubLms, replying, type StubAnswer } from './stub-lms.js';

const ID = 'course-v1:AcmeX+BIO1+2026';
const UNKNOWN = { message: `No course found for course ID '${ID}'` };
const SYNTHETIC = { slug: 'audit', name: 'Audit', min_price: 0, suggested_prices: '', currency: 'usd', expiration_datetime: null, description: null, sku: null, bulk_sku: null };
const HONOR = { ...SYNTHETIC, slug: 'honor' };
const showing = (...modes: object[]) => replying(200, { course_id: ID, course_modes: modes });

let lms: StubLms;
let app: TestingModule;

beforeEach(async () => {
  lms = await new StubLms(replying(500)).listen();
  app = await Test.createTestingModule({ imports: [LmsModule.forRoot({ url: lms.url, apiKey: 's3cret-api-key' })] }).compile();
});

afterEach(async () => {
  await app.close();
  await lms.close();
});

describe('a 404 of the Commerce API', () => {
  it.each(['Not found.', 'No encontrado.'])('that says %j is believed when the Enrollment API shows no modes either', async (detail) => {
    answers(replying(404, { detail }), showing(SYNTHETIC));
    expect(await find()).toBeNull();
    // The LMS throttles who shows no key, and every course that is new to it is looked at so.
    expect(lms.received.map(({ path, headers }) => [path, headers['x-edx-api-key']])).toEqual([
      ['/api/commerce/v1/courses/course-v1%3AAcmeX%2BBIO1%2B2026/', 's3cret-api-key'], ['/api/enrollment/v1/course/course-v1%3AAcmeX%2BBIO1%2B2026?include_expired=1', 's3cret-api-key'],
    ]);
  });

  it('is believed of a course that the LMS does not know', async () => {
    answers(replying(404, { detail: 'Not found.' }), replying(400, UNKNOWN));
    expect(await find()).toBeNull();
  });

  it.each<[string, StubAnswer]>([
    ['another mode', showing(HONOR)],
    ['more modes', showing(SYNTHETIC, HONOR)],
    ['no mode', showing()],
    ['a price', showing({ ...SYNTHETIC, min_price: 5 })],
    ['a SKU', showing({ ...SYNTHETIC, sku: 'A1' })],
    ['a bulk SKU', showing({ ...SYNTHETIC, bulk_sku: 'B1' })],
    ['another course', replying(200, { course_id: 'course-v1:AcmeX+BIO2+2026', course_modes: [SYNTHETIC] })],
    ['a page', (response) => response.end('<html></html>')],
    ['a 400 that is about no course', replying(400, { message: 'Bad Request' })],
    ['a 404', replying(404, { detail: 'Not found.' })],
  ])('is no answer when the Enrollment API shows %s', async (_, shown) => {
    answers(replying(404, { detail: 'Not found.' }), shown);
    await expect(find()).rejects.toMatchObject({ name: 'LmsUnansweredError', end: 'unreadable' });
  });

  it('is not believed when the Enrollment API is out of order', async () => {
    answers(replying(404, { detail: 'Not found.' }), replying(503));
    await expect(find()).rejects.toMatchObject({ name: 'LmsRefusedError', httpStatus: 503 });
  });

  it.each([{ message: 'no Route matched with those values' }, { error: 'not_found' }, { detail: ['Not found.'] }, ['Not found.'], 'Not found.'])('that is %j is not the LMS\'s', async (body) => {
    answers(replying(404, body), showing(SYNTHETIC));
    await expect(find()).rejects.toMatchObject({ name: 'LmsUnansweredError', end: 'unreadable' });
    expect(lms.received).toHaveLength(1);
  });

  it('that is a page, or nothing, is that of a wrong address', async () => {
    lms.answer = (response) => response.writeHead(404).end('<html><h1>Page not found</h1></html>');
    await expect(find()).rejects.toMatchObject({ name: 'LmsRefusedError', httpStatus: 404 });
    lms.answer = replying(404);
    await expect(find()).rejects.toBeInstanceOf(LmsRefusedError);
  });
});

function answers(commerce: StubAnswer, enrollment: StubAnswer): void {
  lms.answer = (response, received) => (received.path.startsWith('/api/enrollment/') ? enrollment : commerce)(response, received);
}

function find() {
  return app.get(CommerceClient, { strict: false }).find(ID, { timeoutMs: 10_000, signal: new AbortController().signal });
}
