import { setTimeout as sleep } from 'node:timers/promises';
import { runOps } from '../support/ops.js';
import { openShop, type GatewayShop } from '../support/shop.js';
import { PATIENT_MS, until } from '../support/until.js';

/** PayPal's report ends at a whole second: what was taken in the running one is listed in the next. */
const A_SECOND_MS = 1_100;

interface Difference {
  readonly processor: string;
  readonly kind: string;
  readonly orderNumber: string | null;
  readonly repair: string | null;
}
interface Told {
  readonly differences: readonly Difference[];
  readonly runs: readonly { readonly processor: string; readonly end: string; readonly settled: number; readonly differences: Readonly<Record<string, number>> }[];
}

let shop: GatewayShop;
beforeAll(async () => {
  shop = await openShop({ gateway: true });
  await shop.gateway.control.hold();
}, 120_000);
afterAll(() => shop.close());

const env = () => ({ DATABASE_URL: shop.databaseUrl, ...shop.gatewayEnv });
const reconcile = (...argv: string[]) => runOps(env(), ['reconcile', 'payments', '--since', '1h', ...argv]);
const told = async (...argv: string[]) => {
  const { code, out, err } = await reconcile('--json', ...argv);
  if (out === '') throw new Error(err);
  return { code, ...(JSON.parse(out) as Told) };
};
/** Other entries of the map may sell through the same account. */
const OURS: readonly string[] = ['stripe', 'paypal'];
const kinds = ({ differences }: Told) => differences.filter(({ processor }) => OURS.includes(processor)).map(({ processor, kind, orderNumber, repair }) => [processor, kind, orderNumber, repair]).sort();
const states = () => shop.sql(`select o.number, o.status, p.status as payment, p.refunded_minor from orders o join payment p on p.order_id = o.id order by o.number`);

/** A learner has bought a SKU, and paid at the gateway; whether he comes back is another matter. */
async function bought(sku: string, processor: string, { comesBack = true } = {}) {
  const { username, token } = await shop.learner();
  const { body, status, text } = await shop.ask('POST', '/v1/checkout', { token, body: { items: [{ sku, quantity: 1 }], payment: { processor } } });
  if (status !== 201) throw new Error(text);
  await shop.gateway.control.pay(body.number);
  if (comesBack) await shop.ask('POST', `/v1/orders/${body.number}/payment/confirm`, { token });
  return { number: body.number, username };
}

/** Somebody else sells through the same account. */
async function soldByOthers(): Promise<string> {
  const body = new URLSearchParams({ amount: '1200', currency: 'usd', 'automatic_payment_methods[enabled]': 'true' });
  const answer = await fetch(`${shop.gateway.url}/v1/payment_intents`, { method: 'POST', headers: { authorization: `Bearer ${shop.gatewayEnv['STRIPE_SECRET_KEY'] ?? ''}` }, body });
  const { id } = (await answer.json()) as { id: string };
  await shop.gateway.control.pay(id);
  return id;
}

it('differences that nobody was told of are reported, repaired on request, and then gone; the worker does what follows', async () => {
  const agreed = await bought('BIO_VERIFIED', 'stripe');
  const left = await bought('CHEM_VERIFIED', 'stripe', { comesBack: false });
  const returned = await bought('BIO_VERIFIED', 'stripe');
  const partly = await bought('CHEM_VERIFIED', 'paypal');
  const theirs = await soldByOthers();
  await shop.gateway.control.refundInConsole(returned.number);
  await shop.gateway.control.refundInConsole(partly.number, 400);
  await sleep(A_SECOND_MS);

  const before = await states();
  const report = await told();
  expect([report.code, kinds(report)]).toEqual([
    1,
    [
      ['paypal', 'refund_there_not_here', partly.number, null],
      ['stripe', 'captured_not_here', left.number, null],
      ['stripe', 'captured_without_order', null, null],
      ['stripe', 'refund_there_not_here', returned.number, null],
    ],
  ]);
  expect(await states()).toEqual(before);
  const elsewhere = report.differences.filter(({ processor }) => !OURS.includes(processor));
  expect(elsewhere.filter(({ kind, orderNumber }) => kind !== 'captured_without_order' || orderNumber !== null)).toEqual([]);

  const words = await reconcile('--processor', 'stripe');
  expect(words.code).toBe(1);
  expect(words.out).toMatch(/captured without order +- +- +pi_\S+ ch_\S+ +- +1200 USD +-\n/);
  expect(words.out).toContain('\n3 differences: 1 captured without order, 1 captured not here, 1 refund there not here.\n');
  expect(words.out + words.err).not.toContain(shop.gatewayEnv['STRIPE_SECRET_KEY']);

  const repaired = await told('--repair', '--actor', 'olga');
  expect([repaired.code, kinds(repaired)]).toEqual([
    1,
    [
      ['paypal', 'refund_there_not_here', partly.number, 'settled'],
      ['stripe', 'captured_not_here', left.number, 'settled'],
      ['stripe', 'captured_without_order', null, null],
      ['stripe', 'refund_there_not_here', returned.number, 'settled'],
    ],
  ]);
  await shop.gateway.control.refundInConsole(theirs);
  const clean = await reconcile();
  expect([clean.code, clean.out]).toEqual([0, expect.stringMatching(/^stripe, .*\nNo difference\.\npaypal, .*\nNo difference\.\n/)]);

  const opened = await shop.order(left.number);
  expect(opened.status).toBe('open');
  expect(opened.history).toContainEqual(expect.objectContaining({ event: 'pay', actor: 'reconcile:olga' }));
  const worker = await shop.startWorker();
  await until('what was paid for is delivered, and what was returned is taken back', async () => (await shop.order(left.number)).status === 'complete' && (await shop.order(returned.number)).status === 'refunded', PATIENT_MS);
  await worker.stop();
  expect((await shop.order(agreed.number)).status).toBe('complete');
  expect(await shop.sql('select status, origin, amount_minor from refund where order_number = $1', [partly.number])).toEqual([{ status: 'requested', origin: 'gateway', amount_minor: '400' }]);

  // All that was held back comes now, and finds everything as it is.
  await shop.gateway.control.release({ order: 'reversed' });
  const after = await reconcile('--repair');
  expect([after.code, after.out]).toEqual([0, expect.not.stringContaining('repaired')]);
}, 120_000);

it('a gateway that cannot be asked ends the comparison with a sentence, and exit code 1', async () => {
  await shop.gateway.control.faults({ kind: 'status', status: 503, method: 'GET', path: '/v1/payment_intents', times: 100 });
  const { code, out } = await reconcile('--processor', 'stripe');
  expect([code, out]).toEqual([1, expect.stringMatching(/It was not compared to the end, the gateway could not be asked: Stripe /)]);
  await shop.gateway.control.faults();
});

it.each([
  [['--processor', 'nobody'], 1, 'There is no such payment processor; there are: free, invoice, stripe, paypal'],
  [['--processor', 'invoice'], 1, 'takes no money itself'],
  [['--since', '1h', '--until', '2h'], 2, '--since must be before --until.'],
])('%j is refused with exit code %i: %s', async (argv, code, sentence) => {
  const ran = await reconcile(...argv);
  expect([ran.code, ran.err]).toEqual([code, expect.stringContaining(sentence)]);
});

it('staff see what the scheduled comparison found, and nobody else does', async () => {
  const worker = await shop.startWorker();
  await until('the worker knows of both gateways', async () => (await shop.sql('select from payment_reconciliation where processor = any ($1)', [OURS])).length === 2, PATIENT_MS);
  const others = await soldByOthers();
  await shop.sql(`update payment_reconciliation set next_run_at = now()`);
  await until('both are compared', async () => (await shop.sql(`select from payment_reconciliation where "end" = 'complete' and processor = any ($1)`, [OURS])).length === 2, PATIENT_MS);
  await worker.stop();
  const { status, body } = await shop.ask<{ items: { processor: string; last: { listed: number } }[] }>('GET', '/v1/payment-reconciliations', { token: shop.staff });
  expect([status, body.items.map(({ processor }) => processor)]).toEqual([200, expect.arrayContaining(['paypal', 'stripe'])]);
  // Four hours and younger are left for the next day.
  expect(body.items.filter(({ processor }) => OURS.includes(processor)).map(({ last }) => last.listed)).toEqual([0, 0]);
  expect((await shop.ask('GET', '/v1/payment-reconciliations', { token: (await shop.learner()).token })).status).toBe(403);
  expect((await shop.ask('GET', '/v1/payment-reconciliations')).status).toBe(401);
  await shop.gateway.control.refundInConsole(others);
}, 60_000);
