import fc from 'fast-check';
import { DomainError } from '#orders';
import type { Refund } from '#refunds';
import { NO_ANSWER, PRICE_MINOR, REFUSED, UNREACHABLE, olga, openRefundingShop, staff, type Answer, type RefundingShop } from '../support/refunding-shop.js';

let shop: RefundingShop;
let other: Awaited<ReturnType<RefundingShop['replica']>>;
beforeAll(async () => {
  shop = await openRefundingShop();
  other = await shop.replica({ outsideRefunds: 'revoke' });
});
afterAll(() => shop.close());

type Sold = Awaited<ReturnType<RefundingShop['sell']>>;
const LINES = 3;
const CAPTURED = LINES * PRICE_MINOR;
const SEED = Number(process.env['REFUNDS_SEED'] ?? 20_261_122);
const RUNS = Number(process.env['REFUNDS_RUNS'] ?? 40);

/** One thing that happens; `pick` chooses of what there is. */
const happening = fc.record({
  kind: fc.constantFrom('ask', 'askMoney', 'decide', 'decide', 'goOn', 'goOn', 'die', 'notice', 'gatewayPays', 'gatewayFails', 'console', 'lms'),
  pick: fc.nat(1_000),
  answer: fc.constantFrom<Answer>('succeeded', 'pending', 'failed', UNREACHABLE, REFUSED, { arrivesThen: NO_ANSWER }),
  onOther: fc.boolean(),
});
type Happening = typeof happening extends fc.Arbitrary<infer One> ? One : never;

const of = <One>(all: readonly One[], pick: number): One | undefined => all[pick % Math.max(all.length, 1)];

/** Refusals are answers; everything else is a bug. */
async function allowingRefusals(work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!(error instanceof DomainError)) throw error;
  });
}

function decide({ number, status }: Refund, pick: number): Promise<unknown> {
  if (status === 'requested') return pick % 5 ? shop.refunds.approve(number, { ...olga, access: (['revoke', 'revoke', 'keep', 'caller'] as const)[pick % 4] }) : shop.refunds.deny(number, olga);
  if (status === 'money_error') return pick % 3 ? shop.refunds.retry(number, olga) : shop.refunds.deny(number, olga);
  return status === 'access_error' ? shop.refunds.retry(number, olga) : Promise.resolve();
}

async function happen({ paymentId, orderNumber, order, lineIds }: Sold, { kind, pick, answer, onOther }: Happening): Promise<void> {
  const { refunds, money, access } = onOther ? other : shop;
  const refund = of(await shop.reader.ofOrder(order.id), pick);
  const paid = of(shop.gateway.of(paymentId).filter(({ status }) => status !== 'failed'), pick);
  shop.gateway.script = [answer];
  if (kind === 'ask') await refunds.request({ orderNumber, lineIds: [of(lineIds, pick) ?? ''], reason: 'x' }, staff);
  if (kind === 'askMoney') await refunds.request({ orderNumber, amountMinor: 1 + pick * 5, reason: 'x' }, staff);
  if (kind === 'decide' && refund) await decide(refund, pick);
  if (kind === 'die' && refund) await shop.claims.take(refund.id, pick % 2 ? 'money' : 'access', 'scheduler');
  if (kind === 'goOn' && refund) {
    await shop.makeDueIfWaiting(refund.id);
    await money.perform(refund);
    await access.perform(refund);
  }
  if (kind === 'notice') await shop.notice(paymentId, { ...shop, ...(onOther ? other : {}) });
  if (kind === 'gatewayPays' && paid?.status === 'pending') shop.gateway.becomes(paid.reference, 'succeeded');
  if (kind === 'gatewayFails' && paid) shop.gateway.becomes(paid.reference, 'failed', 'It bounced.');
  if (kind === 'console' && shop.gateway.creditedMinor(paymentId) + pick <= CAPTURED) shop.gateway.console(paymentId, Math.max(1, pick));
  if (kind === 'lms') shop.provider.isDown = !shop.provider.isDown;
}

/** Everything works again, and everybody does what he can, until nothing is left to do. */
async function heal({ paymentId, order }: Sold): Promise<Refund[]> {
  shop.provider.isDown = false;
  for (let rounds = 0; rounds < 12; rounds += 1) {
    shop.gateway.script = [];
    for (const { reference, status } of shop.gateway.of(paymentId)) if (status === 'pending') shop.gateway.becomes(reference, 'succeeded');
    await shop.notice(paymentId);
    for (const refund of await shop.reader.ofOrder(order.id)) {
      await shop.makeDueIfWaiting(refund.id);
      await shop.money.perform(refund);
      await shop.access.perform(refund);
      const { number, status, mayHaveArrived } = await shop.reader.byNumber(refund.number);
      // What the gateway refuses, because somebody else returned the money, is denied; of what may have arrived that is found out first.
      if (status === 'requested' || (status === 'money_error' && !mayHaveArrived)) await allowingRefusals(shop.refunds.deny(number, olga));
      else if (status === 'money_error' || status === 'access_error') await allowingRefusals(shop.refunds.retry(number, olga));
    }
  }
  return shop.reader.ofOrder(order.id);
}

it('after any history, what left the gateway is what our rows say, no refund is paid twice, and nothing is left half done', async () => {
  const met = new Set<string>();
  const history = fc.array(fc.array(happening, { minLength: 1, maxLength: 3 }), { minLength: 3, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(history, async (steps) => {
      shop.provider.isDown = false;
      const sold = await shop.sell({ lineCount: LINES });
      for (const atOnce of steps) {
        await Promise.all(atOnce.map((one) => allowingRefusals(happen(sold, one))));
        const { refundedMinor, reservedMinor } = await shop.payment(sold.paymentId);
        expect(refundedMinor + reservedMinor).toBeLessThanOrEqual(CAPTURED);
        for (const { origin, status } of await shop.reader.ofOrder(sold.order.id)) met.add(`${origin} ${status}`);
      }
      const refunds = await heal(sold);
      const payment = await shop.payment(sold.paymentId);
      expect([payment.refundedMinor, payment.reservedMinor]).toEqual([shop.gateway.creditedMinor(sold.paymentId), 0]);
      expect(refunds.filter(({ status }) => status !== 'complete' && status !== 'denied')).toEqual([]);
      for (const { id } of refunds) expect(shop.gateway.of(sold.paymentId).filter(({ refundId, status }) => refundId === id && status !== 'failed').length).toBeLessThanOrEqual(1);
      const taken = refunds.filter(({ status, access }) => status === 'complete' && access !== 'keep').flatMap(({ lines }) => lines.map(({ lineId }) => lineId));
      const lines = await shop.lineRows(sold.order.id);
      expect(lines.filter(({ id, status }) => taken.includes(String(id)) && status !== 'revoked')).toEqual([]);
      expect(lines.filter(({ held_for: heldFor }) => heldFor !== null)).toEqual([]);
    }),
    { seed: SEED, numRuns: RUNS },
  );
  // Else the histories would prove little.
  expect([...met]).toEqual(expect.arrayContaining(['requested', 'denied', 'approved', 'money_error', 'money_returned', 'complete'].map((status) => `request ${status}`)));
}, 300_000);
