import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { chromium, type Browser, type Page } from 'playwright-core';
import { freePort } from '../../apps/local/src/ports.js';
import { cloneFolder } from '../../apps/local/src/clone-folder.js';
import { layCourse } from '../support/course-rows.js';
import { openShop, type Shop } from '../support/shop.js';
import { openWebSite, type WebSite } from '../support/web-page.js';

const DOCS = join(cloneFolder(), 'docs/drupal');
const PHP = process.env['PHP_PATH'] ?? 'php';
const CHROMIUM_ARGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
/** The sandbox LMS knows it. */
const BIOLOGY = 'course-v1:AcmeX+BIO1+2026';
const HOSTILE = 'course-v1:Hostile+NAMES+2027';
const NAME = `<script>alert(1)</script>"' onmouseover='alert(2)&amp;`;
const A_BROWSER_MS = 60_000;

let shop: Shop;
let checkoutPage: WebSite;
let folder: string;
let service: string;
let site: WebSite;
let stranger: WebSite;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'drupal-'));
  checkoutPage = await openWebSite(() => ({ type: 'text/html', body: '<h1>Checkout</h1>' }));
  [site, stranger] = [await openWebSite(pageOf), await openWebSite(pageOf)];
  const port = await freePort();
  service = `http://127.0.0.1:${port}`;
  shop = await openShop({ env: { PORT: String(port), PUBLIC_URL: service, CHECKOUT_PAGE_URL: `${checkoutPage.origin}/checkout`, SITE_ORIGINS: site.origin } });
  await layCourse(shop, { id: BIOLOGY, name: 'Biology One', modes: [{ sku: 'BUTTON-AUDIT', mode: 'audit', priceMinor: 0 }, { sku: 'BUTTON-VERIFIED', mode: 'verified', until: `'2099-08-01T23:59:59Z'` }, { sku: 'BUTTON-OVER', mode: 'honor', until: `now() - interval '1 second'` }] });
  await layCourse(shop, { id: HOSTILE, name: NAME, modes: [{ sku: 'HOSTILE', mode: 'verified' }, { sku: 'HOSTILE-SLUG', mode: 'x"><b>' }, { sku: 'HOSTILE-SOON', mode: 'audit', from: `'2098-12-24T00:00:00Z'` }] });
}, 90_000);
afterAll(async () => {
  await shop.close();
  for (const open of [checkoutPage, site, stranger]) await open.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Follows a button as a browser does: to the landing address, and from there to the checkout page. Gives the SKUs that arrive. */
async function follow(href: string): Promise<string[]> {
  const landed = await fetch(href, { redirect: 'manual' });
  expect(landed.status).toBe(303);
  const page = await fetch(landed.headers.get('location') ?? '');
  expect([new URL(page.url).origin, await page.text()]).toEqual([checkoutPage.origin, '<h1>Checkout</h1>']);
  return new URL(page.url).searchParams.getAll('sku');
}

async function enrolledByBuying(sku: string): Promise<string[]> {
  const { username, token } = await shop.learner();
  const { status, body } = await shop.ask('POST', '/v1/checkout', { token, body: { items: [{ sku, quantity: 1 }] } });
  expect([status, body.status]).toEqual([201, 'complete']);
  return (await shop.lms.control.enrollments({ user: username })).filter(({ isActive }) => isActive).map(({ courseId, mode }) => `${courseId} ${mode}`);
}

describe('the PHP of a Drupal site', () => {
  let caches = 0;
  const newCache = () => join(folder, `cache-${++caches}`);
  const run = promisify(execFile);
  const php = async (course: string, ...more: string[]) => (await run(PHP, [join(DOCS, 'order_fulfillment_button.php'), service, course, ...more])).stdout;
  /** Evaluates PHP after the file has been required. */
  const evaluate = async (code: string) => (await run(PHP, ['-d', 'error_reporting=-1', '-d', 'display_errors=stderr', '-r', `require ${JSON.stringify(join(DOCS, 'order_fulfillment_button.php'))}; ${code}`])).stdout;
  const hrefs = (html: string) => [...html.matchAll(/href="([^"]*)"/g)].map(([, href = '']) => href.replaceAll('&amp;', '&'));

  it('shows a button for each mode, or why there is none', async () => {
    expect(await php(BIOLOGY)).toBe(
      `<div class="purchase-options"><a class="purchase-button" data-mode="audit" href="${service}/basket/add/?sku=BUTTON-AUDIT">Enroll: Audit (free)</a>` +
        `<a class="purchase-button" data-mode="verified" href="${service}/basket/add/?sku=BUTTON-VERIFIED">Enroll: Verified Certificate (49.00 USD)</a>` +
        `<p class="purchase-unavailable" data-reason="no_longer_sold">Honor Certificate: enrollment has closed.</p></div>\n`,
    );
    expect(await php(BIOLOGY, '--mode=verified')).not.toContain('audit');
    expect(await php('course-v1:Nobody+Knows+This')).toBe('');
  });

  it('sells the seat: its button leads to the checkout page with the SKU, and buying that enrolls the learner', async () => {
    const [audit = '', verified = ''] = hrefs(await php(BIOLOGY));
    const [sku = ''] = await follow(audit);
    expect([sku, await follow(verified)]).toEqual(['BUTTON-AUDIT', ['BUTTON-VERIFIED']]);
    expect(await enrolledByBuying(sku)).toEqual([`${BIOLOGY} audit`]);
  });

  it('lets no name become a part of the page', async () => {
    const texts = `['button' => '{course} <b>', 'not_yet_sold' => '{course} {date}']`;
    const html = await evaluate(`print order_fulfillment_button('${service}', '${HOSTILE}', ['texts' => ${texts}]);`);
    expect(html).toContain('>&lt;script&gt;alert(1)&lt;/script&gt;&quot;&apos; onmouseover=&apos;alert(2)&amp;amp; &lt;b&gt;</a>');
    expect(html).toContain('alert(2)&amp;amp; 24 December 2098</p>');
    expect(html).toContain('x&quot;&gt;&lt;b&gt; cannot be bought');
    expect(html.replaceAll(/<\/?(?:div|a|p)(?: (?:class|data-mode|data-reason|href)="[^"<>']*")*>/g, '')).not.toMatch(/[<>"']/);
  });

  it('does not look at the window of a course that the old workflow sells', async () => {
    const over = { mode: 'audit', name: 'Audit', canBuy: true, reason: null, price: '0.00', currency: 'USD', purchaseUrl: 'https://old.example.com/?sku=OLD', expires: '2001-01-01T00:00:00Z' };
    const shown = async (workflow: string) => {
      const answering = await openWebSite(() => ({ type: 'text/html', body: JSON.stringify({ name: 'A course', workflow, modes: [over] }) }));
      const html = await evaluate(`print order_fulfillment_button('${answering.origin}', '${BIOLOGY}', []);`);
      await answering.close();
      return hrefs(html);
    };
    expect([await shown('legacy'), await shown('commerce')]).toEqual([['https://old.example.com/?sku=OLD'], []]);
  });

  it('links to nothing but web pages, whatever it was told', async () => {
    const mode = `['mode' => 'x', 'name' => 'X', 'canBuy' => true, 'price' => '1.00', 'currency' => 'USD', 'purchaseUrl' => $url]`;
    const code = `foreach (['javascript:alert(1)', 'https://x" onclick="y', ' https://x', 'data:text/html,x', '//x', ['https://x'], null] as $url) print order_fulfillment_mode(${mode}, order_fulfillment_settings([]));`;
    expect(await evaluate(code)).not.toMatch(/href/);
  });

  it('asks once for as long as it may keep the answer, and then whether it is still so', async () => {
    const cache = newCache();
    expect(await php(BIOLOGY, `--cache=${cache}`)).toContain('BUTTON-AUDIT');
    const [name = ''] = readdirSync(cache);
    const kept = JSON.parse(readFileSync(join(cache, name), 'utf8')) as { etag: string; fresh_until: number; asked_at: number };
    expect(kept.fresh_until - kept.asked_at).toBeGreaterThan(0);
    expect(kept.fresh_until - kept.asked_at).toBeLessThanOrEqual(60);
    const change = (values: object) => writeFileSync(join(cache, name), JSON.stringify({ ...kept, options: { modes: [] }, ...values }));
    change({});
    expect(await php(BIOLOGY, `--cache=${cache}`)).toBe('');
    change({ fresh_until: 0 });
    expect(await php(BIOLOGY, `--cache=${cache}`)).toBe('');
    expect((JSON.parse(readFileSync(join(cache, name), 'utf8')) as typeof kept).fresh_until).toBeGreaterThan(0);
    change({ fresh_until: 0, etag: '"other"' });
    expect(await php(BIOLOGY, `--cache=${cache}`)).toContain('BUTTON-AUDIT');
    expect(readdirSync(cache)).toEqual([name]);
  });

  it('shows the last answer while the service is away, does not ask again at once, and says so when there is none', async () => {
    const cache = newCache();
    let calls = 0;
    const away = createServer((socket) => {
      calls += 1;
      socket.destroy();
    }).listen(0, '127.0.0.1');
    await once(away, 'listening');
    const nowhere = `http://127.0.0.1:${(away.address() as AddressInfo).port}`;
    const button = (settings: string) => evaluate(`print order_fulfillment_button('${nowhere}', '${BIOLOGY}', ['cache' => '${cache}', ${settings}]);`);
    expect(await button('')).toContain('data-reason="unavailable"');
    const [name = ''] = readdirSync(cache);
    const read = () => JSON.parse(readFileSync(join(cache, name), 'utf8')) as Record<string, unknown>;
    const mode = { mode: 'audit', name: 'Audit', canBuy: true, price: '0.00', currency: 'USD', purchaseUrl: `${service}/basket/add/?sku=LAST`, expires: null };
    const old = { ...read(), options: { modes: [mode, { ...mode, expires: '2001-01-01T00:00:00Z' }] }, asked_at: Math.floor(Date.now() / 1000) - 3_600, fresh_until: 0, retry_at: 0 };
    writeFileSync(join(cache, name), JSON.stringify(old));
    expect(await button('')).toMatch(/sku=LAST[^]*data-reason="no_longer_sold"/);
    expect(await button(`'keep' => 60`)).toContain('data-reason="unavailable"');
    away.close();
    expect(calls).toBe(2);
  });

  it.each([
    ['nothing', ''],
    ['its answer for ever', 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{'],
  ])('does not wait for a service that says %s', async (_, beginning) => {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket.on('error', () => undefined));
      socket.write(beginning);
      if (beginning !== '') setInterval(() => socket.write(' '), 50).unref();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    expect(await evaluate(`print json_encode(order_fulfillment_ask('http://127.0.0.1:${port}', '${BIOLOGY}', '', 0.5));`)).toBe('null');
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  it.each([['not JSON', 'nonsense'], ['JSON of something else', '[1,2]'], ['half of it', '{"modes":"no"}'], ['modes that are none', '{"modes":[1,null,{"mode":[]},{"name":{}}]}'], ['too much', `{"modes":[],"x":"${'x'.repeat(300_000)}"}`]])('survives an answer that is %s', async (_, body) => {
    const odd = await openWebSite(() => ({ type: 'text/html', body }));
    const html = await evaluate(`print order_fulfillment_button('${odd.origin}', '${BIOLOGY}', []);`);
    await odd.close();
    expect(html === '' || html.includes('data-reason="unavailable"')).toBe(true);
  });

  it('says how it is used', async () => {
    await expect(run(PHP, [join(DOCS, 'order_fulfillment_button.php')])).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('Usage') });
  });
});

describe('the JavaScript of a site', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: chromiumPath(), args: CHROMIUM_ARGS });
  }, A_BROWSER_MS);
  afterAll(() => browser.close());

  /** Opens a page with a button, and waits until it has an answer or has given up. */
  async function open(where: WebSite, attributes: Readonly<Record<string, string>>): Promise<Page> {
    const page = await (await browser.newContext()).newPage();
    await page.goto(`${where.origin}/?${new URLSearchParams(attributes).toString()}`);
    await page.locator('purchase-button[data-state]').waitFor({ state: 'attached' });
    return page;
  }
  const button = (page: Page) => page.locator('purchase-button');

  it('shows what can be bought and what cannot, in the language of the page', async () => {
    const page = await open(site, { course: BIOLOGY });
    expect(await button(page).getByRole('link').allTextContents()).toEqual(['Enroll: Audit (free)', 'Enroll: Verified Certificate ($49.00)']);
    expect(await button(page).locator('p').allTextContents()).toEqual(['Honor Certificate: enrollment has closed.']);
    expect(await button(page).getAttribute('aria-busy')).toBeNull();
    const german = await open(site, { course: BIOLOGY, mode: 'verified', lang: 'de', 'text-button': 'Einschreiben: {name} für {price}' });
    expect((await button(german).getByRole('link').allTextContents()).map((text) => text.replaceAll('\u00a0', ' '))).toEqual(['Einschreiben: Verified Certificate für 49,00 $']);
  }, A_BROWSER_MS);

  it('sells the seat: a click leads to the checkout page with the SKU, and buying that enrolls the learner', async () => {
    const page = await open(site, { course: BIOLOGY, mode: 'audit' });
    await button(page).getByRole('link').click();
    await page.waitForURL(`${checkoutPage.origin}/**`);
    const [sku = ''] = new URL(page.url()).searchParams.getAll('sku');
    expect([sku, await page.textContent('h1'), await enrolledByBuying(sku)]).toEqual(['BUTTON-AUDIT', 'Checkout', [`${BIOLOGY} audit`]]);
  }, A_BROWSER_MS);

  it('lets no name become a part of the page', async () => {
    const page = await open(site, { course: HOSTILE, 'text-button': '{course} <b>', 'text-not-yet-sold': '{course} {date}' });
    expect(await button(page).getByRole('link').textContent()).toBe(`${NAME} <b>`);
    expect(await button(page).locator('p').allTextContents()).toEqual(['x"><b> cannot be bought at the moment.', `${NAME} December 24, 2098`]);
    expect(await button(page).locator('script, b').count()).toBe(0);
  }, A_BROWSER_MS);

  it('shows another course when it is told another', async () => {
    const page = await open(site, { course: BIOLOGY, mode: 'verified' });
    await page.evaluate(`document.querySelector('purchase-button').setAttribute('mode', 'honor')`);
    await button(page).locator('[data-reason=no_longer_sold]').waitFor();
    expect(await button(page).getByRole('link').count()).toBe(0);
  }, A_BROWSER_MS);

  it.each([
    ['a course that nobody knows', () => ({ where: site, attributes: { course: 'course-v1:Nobody+Knows+This' }, state: 'shown' })],
    ['a service that is away', () => ({ where: site, attributes: { course: BIOLOGY, service: 'http://127.0.0.1:9' }, state: 'unavailable' })],
    ['a site that may not read it', () => ({ where: stranger, attributes: { course: BIOLOGY }, state: 'unavailable' })],
  ])('leaves what the page had for %s', async (_, given) => {
    const { where, attributes, state } = given();
    const page = await open(where, attributes);
    expect([await button(page).getAttribute('data-state'), await button(page).getByRole('link').allTextContents()]).toEqual([state, ['See the course']]);
  }, A_BROWSER_MS);
});

/** A page with a button, whose attributes are those of the query; or the script. */
function pageOf({ url = '/' }: { url?: string | undefined }) {
  if (url === '/purchase-button.js') return { type: 'text/javascript', body: readFileSync(join(DOCS, 'purchase-button.js'), 'utf8') } as const;
  const { lang = 'en-US', ...attributes } = { service, ...Object.fromEntries(new URL(url, 'http://x').searchParams) };
  const written = Object.entries(attributes).map(([name, value]) => `${name}="${value.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}"`);
  return { type: 'text/html', body: `<!doctype html><html lang="${lang}"><script type="module" src="/purchase-button.js"></script><purchase-button ${written.join(' ')}><a href="/course">See the course</a></purchase-button>` } as const;
}

/** The browser that npm test has found, or one on the PATH. */
function chromiumPath(): string {
  const named = process.env['CHROMIUM_PATH'];
  if (named) return named;
  const onPath = (process.env['PATH'] ?? '').split(delimiter).flatMap((path) => ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'].map((name) => join(path, name)));
  const found = onPath.find(isExecutable);
  if (found === undefined) throw new Error('There is no Chromium: run `npm test`, which sees to it, or set CHROMIUM_PATH.');
  return found;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
