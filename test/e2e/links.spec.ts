import { once } from 'node:events';
import { connect } from 'node:net';
import { layCourse, layRollout } from '../support/course-rows.js';
import { ask, type ProblemBody } from '../support/api-client.js';
import { openShop, type Shop } from '../support/shop.js';

interface LinkBody {
  readonly url: string;
  readonly workflow: string;
  readonly items: readonly object[];
}

const SITE = 'https://www.example.com';
const LEGACY = 'https://ecommerce.example.com/basket/add/?from=links';
const MOVED = 'course-v1:Linked+MOVED+2027';
const LEFT = 'course-v1:Linked+LEFT+2027';

let shop: Shop;
let legacyApi: string;
beforeAll(async () => {
  const env = { PUBLIC_URL: 'https://buy.example.com/store/', SITE_ORIGINS: `${SITE},http://localhost:8080` };
  shop = await openShop({ env });
  legacyApi = (await shop.startApi({ ...env, LEGACY_CHECKOUT_URL: LEGACY })).url;
  await layCourse(shop, { id: MOVED, name: 'Moved', modes: [{ sku: 'MOVED-V', mode: 'verified', priceMinor: 4_900 }, { sku: 'MOVED-A', mode: 'audit', priceMinor: 0, until: `now() + interval '30 seconds'` }] });
  await layCourse(shop, { id: LEFT, name: 'Left', modes: [{ sku: 'LEFT-V', mode: 'verified' }, { sku: 'LEFT-BULK', mode: 'verified', type: 'enrollment-code' }, { sku: 'LEFT-GONE', mode: 'audit', withdrawn: true }, { sku: 'LEFT-OVER', mode: 'honor', until: `now() - interval '1 second'` }, { sku: 'LEFT-EURO', mode: 'credit', currency: 'EUR', from: `now() + interval '1 hour'` }] });
  await layRollout(shop, true, { coursePattern: MOVED });
}, 90_000);
afterAll(() => shop.close());

const queryOf = (...parameters: readonly (readonly [string, string])[]) => parameters.map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join('&');
const link = (...parameters: readonly (readonly [string, string])[]) => shop.ask<LinkBody & ProblemBody>('GET', `/v1/links?${queryOf(...parameters)}`);
const where = ({ body }: { body: ProblemBody }) => (body.errors ?? []).map(({ parameter }) => parameter);

describe('a link', () => {
  it('sells what it names, and says what that is', async () => {
    const { status, body, headers } = await link(['sku', 'MOVED-V'], ['sku', 'DONATE']);
    expect([status, body]).toEqual([
      200,
      {
        url: 'https://buy.example.com/store/basket/add/?sku=MOVED-V&sku=DONATE',
        workflow: 'commerce',
        items: [
          { sku: 'MOVED-V', title: 'Moved', mode: 'verified', courseId: MOVED, priceMinor: 4_900, currency: 'USD' },
          { sku: 'DONATE', title: 'The product of DONATE', mode: null, courseId: null, priceMinor: 500, currency: 'USD' },
        ],
      },
    ]);
    expect(headers.get('cache-control')).toMatch(/^public, max-age=\d{1,2}$/);
  });

  it('carries the campaign and the way back, so that they come out as they were', async () => {
    const parameters = [['sku', 'MOVED-V'], ['utm_source', 'news letter & more'], ['utm_content', 'course-v1:AcmeX+BIO1+2026'], ['utm_term', 'größe=#1?/%'], ['next', `${SITE}/learn?a=1&b=2#top`]] as const;
    const url = new URL((await link(...parameters)).body.url);
    expect([...url.searchParams]).toEqual(parameters);
    expect([url.origin, url.pathname, url.hash]).toEqual(['https://buy.example.com', '/store/basket/add/', '']);
  });

  it('may be kept until one of its sales ends', async () => {
    const { headers } = await link(['sku', 'MOVED-A']);
    expect(Number(/max-age=(\d+)/.exec(headers.get('cache-control') ?? '')?.[1])).toBeLessThanOrEqual(30);
    const again = await shop.ask('GET', '/v1/links?sku=MOVED-A', { headers: { 'if-none-match': headers.get('etag') ?? '' } });
    expect([again.status, again.text]).toEqual([304, '']);
  });

  it('leads to the old workflow where that sells all of it', async () => {
    const old = await ask<LinkBody>(legacyApi, 'GET', `/v1/links?${queryOf(['sku', 'LEFT-V'], ['sku', 'LEFT-BULK'], ['utm_source', 'x'])}`);
    expect(old.body).toMatchObject({ workflow: 'legacy', url: 'https://ecommerce.example.com/basket/add/?from=links&sku=LEFT-V&sku=LEFT-BULK&utm_source=x' });
    const mixed = await ask<LinkBody>(legacyApi, 'GET', '/v1/links?sku=LEFT-V&sku=MOVED-V');
    expect(mixed.body).toMatchObject({ workflow: 'commerce', url: 'https://buy.example.com/store/basket/add/?sku=LEFT-V&sku=MOVED-V' });
  });

  it('leaves it to the old workflow what that sells, and refuses only what was withdrawn here', async () => {
    const old = await ask<LinkBody>(legacyApi, 'GET', '/v1/links?sku=LEFT-OVER&sku=LEFT-EURO');
    expect([old.status, old.body]).toMatchObject([200, { workflow: 'legacy', url: `${LEGACY}&sku=LEFT-OVER&sku=LEFT-EURO` }]);
    const gone = await ask<ProblemBody>(legacyApi, 'GET', '/v1/links?sku=LEFT-OVER&sku=LEFT-GONE');
    expect([gone.status, gone.body.errors]).toEqual([422, [{ parameter: 'sku', code: 'no_longer_sold', detail: 'SKU "LEFT-GONE" is no longer sold.' }]]);
    const mixed = await ask<ProblemBody>(legacyApi, 'GET', '/v1/links?sku=LEFT-OVER&sku=MOVED-V');
    expect([mixed.status, mixed.body.errors]).toMatchObject([422, [{ code: 'no_longer_sold', detail: expect.stringContaining('"LEFT-OVER"') }]]);
  });

  it('takes a hundred SKUs, and names the one of them that it does not know', async () => {
    const { status, body } = await link(...Array.from({ length: 100 }, (_, index): [string, string] => ['sku', index === 0 ? 'MOVED-V' : `${'N'.repeat(60)}${index}`]));
    expect([status, body.errors?.length]).toEqual([422, 99]);
  });
});

describe('there is no link', () => {
  it.each([
    ['what is unknown', 'unknown_sku', ['MOVED-V', 'NOPE'], /"NOPE"/],
    ['what is not sold yet', 'not_yet_sold', ['FUTURE'], /"FUTURE"/],
    ['what is no longer sold', 'no_longer_sold', ['PAST'], /"PAST"/],
    ['what was withdrawn', 'no_longer_sold', ['LEFT-GONE'], /"LEFT-GONE"/],
    ['what cannot be delivered', 'product_misconfigured', ['NO_COURSE'], /"NO_COURSE"/],
    ['what nothing delivers', 'product_misconfigured', ['UNWIRED'], /"UNWIRED"/],
    ['two currencies', 'mixed_currencies', ['MOVED-V', 'EURO'], /"EURO" EUR/],
  ])('to %s', async (_, code, skus, named) => {
    const answer = await link(...skus.map((sku): [string, string] => ['sku', sku]));
    expect([answer.status, answer.body.code, answer.headers.get('cache-control')]).toEqual([422, code, 'no-store']);
    expect(answer.body.errors).toEqual([{ parameter: 'sku', code, detail: expect.stringMatching(named) }]);
  });

  it('but every reason at once', async () => {
    const { body } = await link(['sku', 'NOPE'], ['sku', 'PAST'], ['sku', 'FUTURE']);
    expect(body.errors?.map(({ detail }) => /"(\w+)"/.exec(detail)?.[1])).toEqual(['NOPE', 'PAST', 'FUTURE']);
  });

  it.each([
    'https://evil.example.com/', 'http://www.example.com/', 'https://www.example.com:444/', 'https://www.example.com.evil.com/', 'https://www.example.com@evil.com/', 'https://user:secret@www.example.com/',
    'https://user@www.example.com/', '//www.example.com/', '//evil.com', '/learn', 'learn', 'javascript:alert(1)', 'JaVaScRiPt:alert(1)//https://www.example.com/', 'java\nscript:alert(1)', 'data:text/html,x',
    'https:/evil.com', 'https:evil.com', 'https:///evil.com/', 'https://evil.com\\@www.example.com/', 'https:\\\\evil.com', 'https://www.example.com\\.evil.com', 'https://www.example.com/\u0000', 'https://www.exa\tmple.com/',
    ' https://www.example.com/', 'https://www.example.com/ x', 'https://www.example.com/\r\nSet-Cookie: a=b', 'https://www.example。com.evil.com/', 'ftp://www.example.com/', 'https://', 'https://[::1', '', `${SITE}/${'x'.repeat(2_000)}`,
  ])('back to %j', async (next) => {
    const answer = await link(['sku', 'MOVED-V'], ['next', next]);
    expect([answer.status, answer.body.code, where(answer)]).toEqual([422, 'next_not_allowed', ['next']]);
    expect(answer.text).not.toContain('evil');
  });

  it.each<[string, (readonly [string, string])[], string]>([
    ['without a SKU', [], 'sku'],
    ['with an empty SKU', [['sku', '']], 'sku'],
    ['with what is no SKU', [['sku', "x' or 1=1 --"]], 'sku'],
    ['with a SKU twice', [['sku', 'MOVED-V'], ['sku', 'MOVED-V']], 'sku'],
    ['with 101 SKUs', Array.from({ length: 101 }, (_, index) => ['sku', `S${index}`] as const), 'sku'],
    ['with an unknown parameter', [['sku', 'MOVED-V'], ['price', '0']], 'price'],
    ['with a parameter that only looks like a campaign', [['sku', 'MOVED-V'], ['xutm_source', 'x']], 'xutm_source'],
    ['with a campaign of a strange name', [['sku', 'MOVED-V'], ['utm_SOURCE', 'x']], 'utm_SOURCE'],
    ['with a campaign that breaks lines', [['sku', 'MOVED-V'], ['utm_source', 'a\r\nb']], 'utm_source'],
    ['with a campaign of 201 characters', [['sku', 'MOVED-V'], ['utm_source', 'x'.repeat(201)]], 'utm_source'],
    ['with a campaign twice', [['sku', 'MOVED-V'], ['utm_source', 'a'], ['utm_source', 'b']], 'utm_source'],
    ['with two ways back', [['sku', 'MOVED-V'], ['next', SITE], ['next', SITE]], 'next'],
    ['with a key that every object has', [['sku', 'MOVED-V'], ['__proto__', 'x']], '__proto__'],
    ['with another such key', [['sku', 'MOVED-V'], ['constructor', 'x']], 'constructor'],
  ])('%s', async (_, parameters, name) => {
    const answer = await link(...parameters);
    expect([answer.status, answer.body.code, where(answer)]).toEqual([400, 'invalid_request', [name]]);
  });
});

describe('a request that is too long', () => {
  const long = `/v1/links?${Array.from({ length: 10_000 }, (_, index) => `sku=SKU-${index}`).join('&')}`;

  it('of ten thousand SKUs is a problem that says how many there may be', async () => {
    expect(long.length).toBeGreaterThan(110_000);
    for (const path of [long, long.replace('links', 'prices'), long.replace('/v1/links', '/basket/add/')]) {
      const answer = await shop.ask<ProblemBody>('GET', path);
      expect([answer.status, answer.headers.get('content-type'), answer.body.code]).toEqual([431, 'application/problem+json; charset=utf-8', 'headers_too_large']);
      expect(answer.body.detail).toContain('100 SKUs');
      expect(answer.body).toMatchObject({ type: expect.any(String), title: expect.any(String), traceId: expect.any(String) });
    }
  });

  it('by its headers is one too, and so is one of which most is still on its way', async () => {
    for (const size of [20_000, 5_000_000]) {
      const answer = await say(`GET /health/live HTTP/1.1\r\nhost: x\r\nx-filler: ${'x'.repeat(size)}\r\n\r\n`);
      expect(answer).toMatch(/^HTTP\/1\.1 431 Request Header Fields Too Large\r\n[^]*"code":"headers_too_large"[^]*\}$/);
    }
  });

  it('and what is no HTTP at all gets a problem as well, also on a connection that was used before', async () => {
    const good = 'GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n';
    for (const before of ['', good]) expect(await say(before, 'nonsense\r\n\r\n')).toMatch(/HTTP\/1\.1 400 Bad Request\r\n[^]*"code":"invalid_request"[^]*\}$/);
  });

  /** Says things to the API over one connection, each when the one before was answered, and gives all that came back. */
  async function say(...sentences: readonly string[]): Promise<string> {
    const socket = connect(Number(new URL(shop.api.url).port), '127.0.0.1');
    await once(socket, 'connect');
    let heard = '';
    socket.on('data', (bytes: Buffer) => (heard += bytes.toString()));
    for (const [index, sentence] of sentences.filter((sentence) => sentence !== '').entries()) {
      if (index > 0 && heard === '') await once(socket, 'data');
      socket.write(sentence);
    }
    await once(socket, 'close');
    return heard;
  }
});
