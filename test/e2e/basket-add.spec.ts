import { layCourse, layRollout } from '../support/course-rows.js';
import { ask, type ProblemBody } from '../support/api-client.js';
import { openShop, type Shop } from '../support/shop.js';

const SITE = 'https://www.example.com';
const PAGE = 'https://pay.example.com/checkout?theme=dark';
const LEGACY = 'https://ecommerce.example.com/basket/add/';
const MOVED = 'course-v1:Landed+MOVED+2027';
const LEFT = 'course-v1:Landed+LEFT+2027';

let shop: Shop;
let withLegacy: string;
beforeAll(async () => {
  const env = { CHECKOUT_PAGE_URL: PAGE, SITE_ORIGINS: SITE };
  shop = await openShop({ env });
  withLegacy = (await shop.startApi({ ...env, LEGACY_CHECKOUT_URL: LEGACY })).url;
  await layCourse(shop, { id: MOVED, modes: [{ sku: 'MOVED-V', mode: 'verified' }, { sku: 'MOVED-OVER', mode: 'audit', until: `now() - interval '1 second'` }, { sku: 'MOVED-GONE', mode: 'honor', withdrawn: true }] });
  await layCourse(shop, { id: LEFT, modes: [{ sku: 'LEFT-V', mode: 'verified' }, { sku: 'LEFT-OVER', mode: 'audit', until: `now() - interval '1 second'` }, { sku: 'LEFT-EURO', mode: 'honor', currency: 'EUR' }] });
  await layRollout(shop, true, { coursePattern: MOVED });
}, 90_000);
afterAll(() => shop.close());

async function land(query: string, url = shop.api.url, path = '/basket/add/') {
  const response = await fetch(`${url}${path}${query}`, { redirect: 'manual' });
  return { status: response.status, location: response.headers.get('location'), type: response.headers.get('content-type'), kept: response.headers.get('cache-control'), text: await response.text() };
}
const sentTo = async (query: string, url?: string) => {
  const { status, location, kept } = await land(query, url);
  expect([status, kept]).toEqual([303, 'no-store']);
  return location ?? '';
};

describe('a learner who follows a link', () => {
  it.each(['/basket/add/', '/basket/add'])('to %s is sent to the checkout page', async (path) => {
    expect(await land('?sku=MOVED-V', shop.api.url, path)).toMatchObject({ status: 303, location: `${PAGE}&sku=MOVED-V` });
  });

  it('brings what can be bought, each once, and leaves the rest behind', async () => {
    expect(await sentTo('?sku=NOPE&sku=MOVED-V&sku=MOVED-OVER&sku=MOVED-GONE&sku=NO_COURSE&sku=DONATE&sku=MOVED-V&sku=')).toBe(`${PAGE}&sku=MOVED-V&sku=DONATE`);
    expect(await sentTo('?sku=MOVED-OVER&sku=EURO')).toBe(`${PAGE}&sku=EURO`);
  });

  it('brings every key with utm_ in it, with course keys that can be read', async () => {
    const query = '?utm_source=news&sku=MOVED-V&my_utm_x=a&utm_content=course-v1%3AedX%2BDemoX%2B2024&utm_content=second&code=FREE&bundle=1&catalog=2&email_opt_in=true&utm=no';
    expect(await sentTo(query)).toBe(`${PAGE}&sku=MOVED-V&utm_source=news&my_utm_x=a&utm_content=course-v1:edX+DemoX+2024&utm_content=second`);
  });

  it.each(['%0d%0aSet-Cookie:%20a=b', '%26sku=EVIL', '%23fragment', '%3c%2fscript%3e%22%27', '%00', '%f0%9f%98%80', '%ed%a0%80', 'a%20b', '%25%32%36', '\u00ff'])('brings no parameter that could be anything else: %s', async (value) => {
    const url = new URL(await sentTo(`?sku=MOVED-V&utm_source=${value}`));
    expect([url.origin, url.pathname, url.hash, [...url.searchParams.keys()]]).toEqual(['https://pay.example.com', '/checkout', '', ['theme', 'sku', 'utm_source']]);
  });

  it('may bring a page of ours to return to, and no other', async () => {
    expect(new URL(await sentTo(`?sku=MOVED-V&next=${encodeURIComponent(`${SITE}/learn?a=1&b=2`)}`)).searchParams.get('next')).toBe(`${SITE}/learn?a=1&b=2`);
    for (const next of ['https://evil.com/', '//evil.com', 'javascript:alert(1)', `${SITE}@evil.com`, 'https:\\\\evil.com', `${SITE}%00.evil.com`]) {
      expect(await sentTo(`?sku=MOVED-V&next=${encodeURIComponent(next)}`)).toBe(`${PAGE}&sku=MOVED-V`);
    }
    expect(await sentTo(`?sku=MOVED-V&next=${SITE}&next=https://evil.com`)).toBe(`${PAGE}&sku=MOVED-V`);
  });
});

describe('a link that sells nothing', () => {
  it.each([
    ['', 'No SKUs provided.'],
    ['?sku=', 'No SKUs provided.'],
    ['?utm_source=x', 'No SKUs provided.'],
    ['?sku=NOPE', 'Products with SKU(s) [NOPE] do not exist.'],
    ['?sku=NOPE&sku=a%00b&sku=%3Cb%3E', 'Products with SKU(s) [NOPE, a?b, <b>] do not exist.'],
    ['?sku=MOVED-OVER&sku=MOVED-GONE&sku=NOPE', 'No product is available to buy.'],
    ['?sku=MOVED-V&sku=EURO&sku=MOVED-OVER', 'These products have prices in USD and EUR, and one order has one currency: buy them one after the other.'],
    [`?${Array.from({ length: 101 }, (_, n) => `sku=S${n}`).join('&')}`, 'At most 100 SKUs (sku) in one request.'],
  ])('%s says so in a sentence', async (query, sentence) => {
    expect(await land(query)).toMatchObject({ status: 400, type: 'text/plain; charset=utf-8', text: sentence, location: null });
  });

  it('says what to set while there is no page to send anybody to', async () => {
    const bare = await shop.startApi({ CHECKOUT_PAGE_URL: '' });
    const answer = await ask<ProblemBody>(bare.url, 'GET', '/basket/add/?sku=MOVED-V');
    expect([answer.status, answer.body.code]).toEqual([503, 'no_checkout_page']);
    expect(answer.body.detail).toContain('CHECKOUT_PAGE_URL');
  });
});

describe('beside an old order workflow', () => {
  it('what was moved is sold here, what was left there, and what is not known here as well', async () => {
    expect(await sentTo('?sku=MOVED-V', withLegacy)).toBe(`${PAGE}&sku=MOVED-V`);
    expect(await sentTo('?sku=LEFT-V&sku=LEFT-OVER', withLegacy)).toBe(`${LEGACY}?sku=LEFT-V&sku=LEFT-OVER`);
    expect(await sentTo('?sku=LEFT-OVER', withLegacy)).toBe(`${LEGACY}?sku=LEFT-OVER`);
    expect(await sentTo('?sku=NOPE', withLegacy)).toBe(`${LEGACY}?sku=NOPE`);
    expect(await sentTo('?sku=MOVED-V&sku=LEFT-V', withLegacy)).toBe(`${PAGE}&sku=MOVED-V&sku=LEFT-V`);
    expect(await sentTo('?sku=DONATE', withLegacy)).toBe(`${PAGE}&sku=DONATE`);
    expect(await sentTo('?sku=LEFT-V&sku=LEFT-EURO', withLegacy)).toBe(`${LEGACY}?sku=LEFT-V&sku=LEFT-EURO`);
  });

  it('the old one gets all that came, but no foreign page to return to', async () => {
    const query = `?sku=LEFT-V&code=FREE%20NOW&bundle=b-1&email_opt_in=true&utm_source=x&next=${encodeURIComponent('https://evil.com')}`;
    expect(await sentTo(query, withLegacy)).toBe(`${LEGACY}?sku=LEFT-V&code=FREE%20NOW&bundle=b-1&email_opt_in=true&utm_source=x`);
    expect(await sentTo(`?sku=LEFT-V&next=${SITE}/`, withLegacy)).toBe(`${LEGACY}?sku=LEFT-V&next=${SITE}/`);
  });

  it('the same link works before, during and after', async () => {
    const course = 'course-v1:Landed+SOON+2027';
    const follow = () => sentTo('?sku=SOON-V', withLegacy);
    const before = await follow();
    await layCourse(shop, { id: course, modes: [{ sku: 'SOON-V', mode: 'verified' }] });
    const imported = await follow();
    await layRollout(shop, true, { coursePattern: course });
    const moved = await follow();
    await layRollout(shop, false, { coursePattern: course });
    expect([before, imported, moved, await follow()]).toEqual([`${LEGACY}?sku=SOON-V`, `${LEGACY}?sku=SOON-V`, `${PAGE}&sku=SOON-V`, `${LEGACY}?sku=SOON-V`]);
  });
});
