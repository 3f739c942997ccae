import { DeliveryFailure, type Fulfiller } from '@order-fulfillment/fulfiller-kit';
import { Test } from '@nestjs/testing';
import { FulfillerRegistry, LineRetry, OrderEventHandler, type RetryFacts, type RetryRule, type SettledDelivery } from '#fulfillment';
import { DependencyLimits, type Refusal, type Report } from '#limits';
import { AcceptedLines, DueLines, DueTurns, LineResults, OrderReader, OrdersService, SettleService, type AskedBy } from '#orders';
import { DELIVERY_LISTENER } from '../../libs/fulfillment/src/delivery.listener.js';
import { DELIVERY_PROVIDERS } from '../../libs/fulfillment/src/fulfillment.module.js';
import { FULFILLMENT_OPTIONS } from '../../libs/fulfillment/src/fulfillment.options.js';
import { PRODUCT_DETAILS } from '../../libs/fulfillment/src/product-details.js';
import { RETRY_RULE } from '../../libs/fulfillment/src/retry-rule.js';
import { openOrders, newOrder, placed, type OrdersUnderTest } from '../support/orders.js';

let shop: OrdersUnderTest;
beforeAll(async () => {
  shop = await openOrders();
});
afterAll(() => shop.close());

const checkout: AskedBy = { kind: 'checkout', actor: 'staff', reason: null };
const SOON = { inMs: 60_000, costsAttempt: true };
const badGateway = new DeliveryFailure({ kind: 'server', detail: 'Bad gateway', passing: true, mayHaveArrived: true, httpStatus: 502 });
const throttled = new DeliveryFailure({ kind: 'throttled', detail: 'Slow down.', passing: true, retryAfterMs: 7_000, httpStatus: 429 });
const OPEN: Refusal = { cause: 'open', kind: 'server', detail: 'The breaker is open.', retryInMs: 30_000 };
const NO_TOKENS: Refusal = { cause: 'rate', kind: 'throttled', detail: 'The rate is used up.', retryInMs: 20 };

/** A provider that plays its script, the limits that stand before it, and what both were told. */
class Surroundings {
  script: (DeliveryFailure | 'there' | 'works')[] = [];
  refusals: (Refusal | null)[] = [];
  rule: RetryRule = () => SOON;
  readonly called: string[] = [];
  readonly reports: { calls: number; report: Report }[] = [];
  readonly asked: RetryFacts[] = [];
  readonly settled: SettledDelivery[] = [];
  granted = 0;

  async retry(): Promise<{ retry: LineRetry; handler: OrderEventHandler }> {
    const module = await Test.createTestingModule({
      providers: [
        ...DELIVERY_PROVIDERS,
        { provide: FulfillerRegistry, useValue: new FulfillerRegistry(new Map([['seat', { fulfiller: this.fulfiller(), timeoutMs: 500, maxQuantity: 1, repeatable: false, callbackSecrets: [], dependency: 'lms', capabilities: { revoke: true, asynchronous: false, sharedAccess: true } }]])) },
        { provide: FULFILLMENT_OPTIONS, useValue: { deadlineMs: 2_000, maxLostLeases: 3, waitForLeaveMs: 200 } },
        { provide: DependencyLimits, useValue: this.limits() },
        { provide: RETRY_RULE, useValue: (facts: RetryFacts) => (this.asked.push(facts), this.rule(facts)) },
        { provide: DELIVERY_LISTENER, useValue: (delivery: SettledDelivery) => void this.settled.push(delivery) },
        { provide: DueLines, useValue: shop.due },
        { provide: DueTurns, useValue: null },
        { provide: OrderReader, useValue: shop.reader },
        { provide: PRODUCT_DETAILS, useValue: null },
        { provide: AcceptedLines, useValue: null },
        { provide: LineResults, useValue: null },
        { provide: OrdersService, useValue: shop.orders },
        { provide: SettleService, useValue: shop.settling },
      ],
    }).compile();
    module.useLogger(false);
    return { retry: module.get(LineRetry), handler: module.get(OrderEventHandler) };
  }

  private fulfiller(): Fulfiller {
    const play = (verb: string) => () => {
      this.called.push(verb);
      const step = this.script.shift() ?? 'works';
      if (step instanceof DeliveryFailure) return Promise.reject(step);
      return Promise.resolve(verb === 'verify' && step === 'works' ? null : { reference: 'there' });
    };
    return { parseDetails: (raw: unknown) => raw, fulfill: play('fulfill'), verify: play('verify'), revoke: play('revoke') } as unknown as Fulfiller;
  }

  private limits() {
    return {
      ask: (_name: string, _traffic: string, wanted: number) => {
        const refusal = this.refusals.shift() ?? null;
        if (!refusal) this.granted += wanted;
        return Promise.resolve({ granted: refusal ? 0 : wanted, refusal });
      },
      report: (_name: string, _traffic: string, calls: number, report: Report) => Promise.resolve(void this.reports.push({ calls, report })),
      blocked: () => Promise.resolve(new Map()),
    };
  }
}

let around: Surroundings;
beforeEach(() => {
  around = new Surroundings();
});
// Every leave is either used and reported, or given back: else tokens and probes would be lost.
afterEach(() => expect(around.reports).toHaveLength(around.granted));

/** A line that was sold, failed once in passing, and is due. */
async function dueLine(script: Surroundings['script'] = [badGateway]) {
  const { retry, handler } = await around.retry();
  const claim = await placed(shop, newOrder());
  around.script = script;
  around.granted += 1; // the buyer's leave
  await handler.handleShippingEvent(claim.order, claim, checkout);
  const lineId = claim.lines[0]?.line.id ?? '';
  await shop.sql(`update order_line set next_attempt_at = now() - interval '1 second' where id = $1`, [lineId]);
  around.called.length = 0;
  return { retry, lineId, id: `${lineId}/seat`, number: claim.order.number };
}

/** A line whose holders were lost so often in a row, the last one just now. */
async function leftLine(lostLeases: number) {
  const { retry } = await around.retry();
  const claim = await placed(shop, newOrder());
  const lineId = claim.lines[0]?.line.id ?? '';
  await shop.sql(`update order_line set lost_leases = $2, lease_until = now() - interval '1 second' where id = $1`, [lineId, lostLeases - 1]);
  return { retry, lineId, id: `${lineId}/seat`, number: claim.order.number };
}

const row = async (lineId: string) => (await shop.sql<Record<string, unknown>>('select * from order_line where id = $1', [lineId]))[0];
const attempts = async (lineId: string) => (await shop.sql<{ outcome: string }>('select outcome from fulfillment_attempt where line_id = $1 order by started_at', [lineId])).map(({ outcome }) => outcome);
const due = (lineId: string) => shop.sql(`update order_line set next_attempt_at = now() - interval '1 second' where id = $1`, [lineId]);

describe('a due line', () => {
  it('is read back where the call before may have arrived, delivered, and told of', async () => {
    const { retry, id, lineId } = await dueLine();
    await retry.perform({ id, alone: false });
    expect([around.called, (await row(lineId))?.['status'], await attempts(lineId)]).toEqual([['verify', 'fulfill'], 'fulfilled', ['failed', 'fulfilled']]);
    expect(around.reports.at(-1)).toEqual({ calls: 2, report: { outcome: 'answered' } });
    expect(around.settled).toHaveLength(2);
  });

  it('that somebody else has by now is left to him, and the leave is given back', async () => {
    const { retry, id, lineId } = await dueLine();
    await Promise.all(Array.from({ length: 20 }, () => retry.perform({ id, alone: false })));
    expect(await attempts(lineId)).toEqual(['failed', 'fulfilled']);
    expect(around.reports.filter(({ report }) => report.outcome === 'not_called')).toHaveLength(19);
  });

  it('stays as it is while its provider must not be called: no attempt, no claim', async () => {
    const { retry, id, lineId } = await dueLine();
    const before = await row(lineId);
    around.refusals = [OPEN];
    await retry.perform({ id, alone: false });
    expect([await row(lineId), around.called]).toEqual([before, []]);
  });

  it('waits a little for the rate, and is delivered then', async () => {
    const { retry, id, lineId } = await dueLine();
    around.refusals = [NO_TOKENS, NO_TOKENS];
    await retry.perform({ id, alone: false });
    expect((await row(lineId))?.['status']).toBe('fulfilled');
  });

  it('does not wait for the rate longer than it may', async () => {
    const { retry, id, lineId } = await dueLine();
    around.refusals = Array.from({ length: 50 }, () => NO_TOKENS);
    await retry.perform({ id, alone: false });
    expect([(await row(lineId))?.['status'], around.refusals.length]).toEqual(['open', 39]);
  });

  it('tells the rule how old it is, how often it was tried and what the provider asked for', async () => {
    const { retry, id, lineId } = await dueLine();
    await shop.sql(`update order_line set retry_since = now() - interval '2 hours', may_have_arrived = false where id = $1`, [lineId]);
    around.script = [throttled];
    around.asked.length = 0;
    await retry.perform({ id, alone: false });
    expect(around.asked).toEqual([{ productType: 'seat', kind: 'throttled', httpStatus: 429, passing: true, retryAfterMs: 7_000, tries: 2, times: 1, previous: { kind: 'server', httpStatus: 502, times: 1 }, ageMs: expect.any(Number) }]);
    expect(around.asked[0]?.ageMs).toBeGreaterThanOrEqual(7_200_000);
    expect(around.reports.at(-1)?.report).toEqual({ outcome: 'throttled', retryAfterMs: 7_000 });
  });

  it('ends when the rule says never, after a last look, and says why in its history', async () => {
    const { retry, id, lineId, number } = await dueLine();
    around.rule = () => null;
    around.script = ['works', badGateway, 'works'];
    await retry.perform({ id, alone: false });
    expect([around.called, await row(lineId)]).toEqual([['verify', 'fulfill', 'verify'], expect.objectContaining({ status: 'failed', failure_kind: 'server', failure_passing: false, next_attempt_at: null })]);
    const { history } = await shop.reader.detail(number);
    expect(history.getItems().filter(({ lineId: ofLine }) => ofLine === lineId).at(-1)).toMatchObject({ event: 'fail', reason: expect.stringContaining('Not tried again by itself') });
  });

  it('is fulfilled and not failed when that last look finds it', async () => {
    const { retry, id, lineId } = await dueLine();
    around.rule = () => null;
    around.script = ['works', badGateway, 'there'];
    await retry.perform({ id, alone: false });
    expect((await row(lineId))?.['status']).toBe('fulfilled');
  });
});

describe('a line that its holder left', () => {
  it.each([1, 2])('after %i lost holders is read back and delivered', async (lost) => {
    const { retry, id, lineId } = await leftLine(lost);
    await retry.perform({ id, alone: true });
    expect([around.called, await row(lineId)]).toEqual([['verify', 'fulfill'], expect.objectContaining({ status: 'fulfilled', lost_leases: 0 })]);
  });

  it('after three ends failed, unknown, without another call', async () => {
    const { retry, id, lineId, number } = await leftLine(3);
    await retry.perform({ id, alone: true });
    expect([around.called, await row(lineId)]).toEqual([[], expect.objectContaining({ status: 'failed', failure_kind: 'unknown', may_have_arrived: true, next_attempt_at: null })]);
    expect(await attempts(lineId)).toEqual(['unknown']);
    expect((await shop.reader.byNumber(number)).status).toBe('fulfillment_error');
  });

  it('is not taken by a process that does something else meanwhile', async () => {
    const { retry, id, lineId } = await leftLine(1);
    await retry.perform({ id, alone: false });
    expect([around.called, (await row(lineId))?.['status']]).toEqual([[], 'fulfilling']);
  });

  it('is written down as waiting where its provider must not be called, and still belongs to a process of its own', async () => {
    const { retry, id, lineId } = await leftLine(1);
    around.refusals = [OPEN];
    await retry.perform({ id, alone: true });
    expect([around.called, await row(lineId), await attempts(lineId)]).toEqual([[], expect.objectContaining({ status: 'open', failure_kind: 'unknown', failure_passing: true, lost_leases: 1, tries: 1, claim_id: null }), ['unknown']]);
    await due(lineId);
    await retry.perform({ id, alone: true });
    expect((await row(lineId))?.['status']).toBe('fulfilled');
  });
});

describe('a held line that its holder left', () => {
  it('is put down as waiting and stays held: nobody is called, and it is no longer shown as being delivered', async () => {
    const { retry, id, lineId } = await leftLine(1);
    await shop.sql('update order_line set held_at = now() where id = $1', [lineId]);
    expect((await retry.findDue(100)).map((work) => work.id)).toContain(id);
    await retry.perform({ id, alone: true });
    expect([around.called, await row(lineId), await attempts(lineId)]).toEqual([[], expect.objectContaining({ status: 'open', held_at: expect.any(Date), attempts: 1, claim_id: null }), ['unknown']]);
    await due(lineId);
    await retry.perform({ id, alone: true });
    expect([around.called, (await row(lineId))?.['status']]).toEqual([[], 'open']);
    await shop.sql('update order_line set held_at = null where id = $1', [lineId]);
    await retry.perform({ id, alone: true });
    expect((await row(lineId))?.['status']).toBe('fulfilled');
  });
});

describe('a line that an operator looked at when his process died', () => {
  it.each([
    ['failed for good', { status: 'failed', failure_passing: false, given_up_at: null }],
    ['given up', { status: 'failed', failure_passing: false, given_up_at: expect.any(Date) }],
    ['waited', { status: 'open', failure_passing: true, given_up_at: null }],
  ])('is put back as it was, and not delivered: it %s', async (name, expected) => {
    const { retry, lineId, id } = await dueLine();
    if (name !== 'waited') await shop.sql(`update order_line set status = 'failed', next_attempt_at = null, failure_passing = false, given_up_at = $2 where id = $1`, [lineId, name === 'given up' ? new Date() : null]);
    await shop.orders.claimDecision(lineId, { kind: 'operator', actor: 'olga', reason: 'is it there?' });
    await shop.sql(`update order_line set lease_until = now() - interval '1 second' where id = $1`, [lineId]);
    await retry.perform({ id, alone: true });
    expect([around.called, await row(lineId)]).toEqual([[], expect.objectContaining({ ...expected, claim_id: null, lost_leases: 0, failure_kind: 'server' })]);
  });
});

describe('what is due', () => {
  it('is named with its product type, so that leave can be asked before it is read', async () => {
    const { retry, id } = await dueLine();
    expect(await retry.findDue(100)).toContainEqual({ id, dueAt: expect.any(Date), alone: false });
  });
});
