import { ConfigurationFailure, DeliveryFailure, UnknownOutcome, type Fulfiller } from '@order-fulfillment/fulfiller-kit';
import { Test } from '@nestjs/testing';
import { DeliveryGate, FulfillerRegistry, FulfillmentService, LineDecisions, OrderEventHandler, type SettledDelivery } from '#fulfillment';
import { DependencyLimits, type Refusal } from '#limits';
import { AcceptedLines, LineHolds, LineResults, OrderReader, OrdersService, SettleService, type AskedBy } from '#orders';
import { DELIVERY_LISTENER } from '../../libs/fulfillment/src/delivery.listener.js';
import { FulfillerCalls } from '../../libs/fulfillment/src/fulfiller-calls.service.js';
import { FULFILLMENT_OPTIONS } from '../../libs/fulfillment/src/fulfillment.options.js';
import { LineDelivery } from '../../libs/fulfillment/src/line-delivery.service.js';
import { LineReadBack } from '../../libs/fulfillment/src/line-read-back.service.js';
import { LineRevocation } from '../../libs/fulfillment/src/line-revocation.service.js';
import { OutcomeRecorder } from '../../libs/fulfillment/src/outcome.recorder.js';
import { RETRY_RULE } from '../../libs/fulfillment/src/retry-rule.js';
import { OrdersDatabase } from '../../libs/orders/src/orders.database.js';
import { newLine, newOrder, openOrders, placed, type OrdersUnderTest } from '../support/orders.js';

let shop: OrdersUnderTest;
beforeAll(async () => {
  shop = await openOrders();
});
afterAll(() => shop.close());

const operator = { kind: 'operator', actor: 'olga', reason: 'sent a voucher by mail' } as const satisfies AskedBy;
const again: AskedBy = { kind: 'operator', actor: 'otto', reason: 'again' };
const down = new DeliveryFailure({ kind: 'network', detail: 'The provider is down.', passing: true });
const lost = new UnknownOutcome({ kind: 'timeout', detail: 'No answer came.' });
const expired = new DeliveryFailure({ kind: 'rejected', detail: 'The mode is expired.', passing: false });
const receipt = { reference: 'biology (verified)', httpStatus: 200 };

/** A provider that says what it is told to: to a delivery, to a read-back. */
class Provider {
  readonly called: string[] = [];
  readonly told: SettledDelivery[] = [];
  readonly reports: unknown[] = [];
  refusal: Refusal | null = null;
  delivers: () => unknown = () => receipt;
  has: () => unknown = () => null;
  parse: (raw: unknown) => unknown = (raw) => raw;

  readonly fulfiller = {
    parseDetails: (raw: unknown) => this.parse(raw),
    fulfill: () => this.answer('fulfill', this.delivers),
    verify: () => this.answer('verify', this.has),
    revoke: () => Promise.resolve(),
  } as unknown as Fulfiller;

  private answer(verb: string, say: () => unknown): Promise<unknown> {
    this.called.push(verb);
    return Promise.resolve().then(say);
  }
}

const throwing = (thrown: Error) => () => { throw thrown; };

async function serviceOf(provider: Provider) {
  const registry = new FulfillerRegistry(new Map([['seat', { fulfiller: provider.fulfiller, timeoutMs: 500, maxQuantity: 1, repeatable: false, callbackSecrets: [], dependency: 'lms', capabilities: { revoke: true, asynchronous: false, sharedAccess: true } }]]));
  const limits = {
    ask: (_name: string, _traffic: string, wanted: number) => Promise.resolve(provider.refusal ? { granted: 0, refusal: provider.refusal } : { granted: wanted, refusal: null }),
    report: (...report: unknown[]) => Promise.resolve(provider.reports.push(report)),
  };
  const module = await Test.createTestingModule({
    providers: [
      ...[FulfillerCalls, DeliveryGate, LineDelivery, LineRevocation, FulfillmentService, OrderEventHandler, LineReadBack, LineDecisions, OutcomeRecorder],
      { provide: FulfillerRegistry, useValue: registry },
      { provide: FULFILLMENT_OPTIONS, useValue: { deadlineMs: 2_000, maxLostLeases: 3, waitForLeaveMs: 0 } },
      { provide: DependencyLimits, useValue: limits },
      { provide: RETRY_RULE, useValue: () => ({ inMs: 60_000, costsAttempt: true }) },
      { provide: DELIVERY_LISTENER, useValue: (delivery: SettledDelivery) => void provider.told.push(delivery) },
      { provide: AcceptedLines, useValue: null },
      { provide: LineResults, useValue: null },
      { provide: OrdersService, useValue: shop.orders },
      { provide: OrderReader, useValue: shop.reader },
      { provide: SettleService, useValue: shop.settling },
    ],
  }).compile();
  module.useLogger(false);
  return { decisions: module.get(LineDecisions), handler: module.get(OrderEventHandler) };
}

/** A line whose delivery ended like this, and what an operator may decide about it. */
async function lineThat(delivers: Provider['delivers'], order = newOrder()) {
  const provider = new Provider();
  const { decisions, handler } = await serviceOf(provider);
  provider.delivers = delivers;
  // A call that may have arrived is read back at once, and that fails as well.
  provider.has = throwing(down);
  const claim = await placed(shop, order);
  await handler.handleShippingEvent(claim.order, claim, { kind: 'checkout', actor: 'staff', reason: null });
  provider.called.length = provider.told.length = provider.reports.length = 0;
  provider.has = () => null;
  return { provider, handler, ...questionsOf(decisions, claim.order.id, claim.order.number, claim.order.lines[0]?.id ?? '') };
}

/** A line that nobody was called for yet. */
async function lineNeverCalled() {
  const order = newOrder({ lines: [newLine({ refusal: { kind: 'throttled', detail: 'Not now.', retryInMs: 60_000 } })] });
  const provider = new Provider();
  const { decisions } = await serviceOf(provider);
  const { order: placedOrder } = await placed(shop, order);
  return { provider, ...questionsOf(decisions, order.id, placedOrder.number, placedOrder.lines[0]?.id ?? '') };
}

function questionsOf(decisions: LineDecisions, id: string, number: string, lineId: string) {
  const decision = (force: boolean) => ({ order: { id, number }, lineId, askedBy: operator, force });
  return {
    orderId: id,
    lineId,
    doneElsewhere: ({ force = false } = {}) => decisions.doneElsewhere(decision(force)),
    giveUp: ({ force = false } = {}) => decisions.giveUp(decision(force)),
    state: async () => (await shop.sql(`select status, failure_kind, failure_detail, failure_passing, receipt, held_at, given_up_at, claim_id, may_have_arrived, tries, next_attempt_at from order_line where id = $1`, [lineId]))[0],
    lastAttempt: async () => (await shop.reader.detail(number)).lines.getItems().flatMap(({ attemptLog }) => attemptLog.getItems()).at(-1),
    lastSteps: async () => (await shop.reader.detail(number)).history.getItems().filter((entry) => entry.lineId === lineId).slice(-2).map(({ event, actor, reason }) => [event, actor, reason]),
    orderStatus: async () => (await shop.reader.byId(id)).status,
  };
}

describe('a line that was done elsewhere', () => {
  it('is fulfilled when the provider says so, with its receipt, the reason and the actor, and the order is told', async () => {
    const line = await lineThat(throwing(expired));
    line.provider.has = () => receipt;
    await line.doneElsewhere();
    expect(await line.state()).toMatchObject({ status: 'fulfilled', receipt: receipt.reference, failure_kind: null, claim_id: null });
    expect(await line.lastSteps()).toEqual([['resubmit', 'olga', operator.reason], ['fulfil', 'olga', operator.reason]]);
    expect([await line.orderStatus(), line.provider.called, line.provider.told.length]).toEqual(['complete', ['verify'], 1]);
    expect(await line.lastAttempt()).toMatchObject({ outcome: 'fulfilled', httpStatus: 200, requestedBy: 'operator:olga' });
    expect(line.provider.reports).toEqual([['lms', 'operator', 1, { outcome: 'answered' }]]);
  });

  it.each([
    ['is not there', () => null, /not there/],
    ['cannot be read back', throwing(down), /The provider is down/],
  ])('stays as it was when it %s, and says why', async (_, has, why) => {
    const line = await lineThat(throwing(expired));
    const before = await line.state();
    line.provider.has = has;
    await expect(line.doneElsewhere()).rejects.toMatchObject({ code: 'not_delivered', message: expect.stringMatching(why) });
    expect([await line.state(), line.provider.called]).toEqual([before, ['verify']]);
    expect((await line.lastSteps()).at(-1)).toEqual(['fail', 'olga', expect.stringMatching(why)]);
  });

  it.each([['is not there', () => null], ['cannot be read back', throwing(down)]])('is fulfilled by force when it %s, by whom is on the receipt', async (_, has) => {
    const line = await lineThat(throwing(lost));
    line.provider.has = has;
    await line.doneElsewhere({ force: true });
    expect(await line.state()).toMatchObject({ status: 'fulfilled', receipt: 'Marked done elsewhere by olga', may_have_arrived: false });
    expect((await line.lastSteps()).at(-1)).toEqual(['fulfil', 'olga', operator.reason]);
  });

  it('is not asked for where its provider is paused, and keeps its count of holders that were lost', async () => {
    const line = await lineThat(throwing(expired));
    await shop.sql(`update order_line set lost_leases = 3 where id = $1`, [line.lineId]);
    line.provider.refusal = { cause: 'paused', kind: 'throttled', detail: 'lms is paused.', retryInMs: 1 };
    await expect(line.doneElsewhere()).rejects.toMatchObject({ code: 'not_delivered', message: expect.stringMatching(/lms is paused/) });
    expect([line.provider.called, await shop.sql(`select lost_leases from order_line where id = $1`, [line.lineId])]).toEqual([[], [{ lost_leases: 3 }]]);
  });

  it('leaves held what was held, and given up what was given up, when it is not there', async () => {
    const line = await lineThat(throwing(expired));
    await new LineHolds(new OrdersDatabase(shop.em)).hold(line, operator);
    await line.giveUp();
    const before = await line.state();
    expect(before).toMatchObject({ held_at: expect.any(Date), given_up_at: expect.any(Date) });
    await expect(line.doneElsewhere()).rejects.toMatchObject({ code: 'not_delivered' });
    expect(await line.state()).toEqual(before);
  });

  it('leaves a line waiting that waited, until it is due as before, and mindful of a call that may have arrived', async () => {
    const line = await lineThat(throwing(lost));
    const before = await line.state();
    await expect(line.doneElsewhere()).rejects.toMatchObject({ code: 'not_delivered' });
    expect(await line.state()).toEqual(before);
    expect(before).toMatchObject({ status: 'open', may_have_arrived: true, failure_kind: 'timeout', failure_passing: true, tries: 1, next_attempt_at: expect.any(Date) });
  });

  it('leaves a line to the scheduler that its holder had left, also where it had failed for good before it was sent again', async () => {
    const line = await lineThat(throwing(expired));
    await shop.orders.claimUnfinished(line.orderId, again);
    await shop.sql(`update order_line set lease_until = now() - interval '1 second' where id = $1`, [line.lineId]);
    await expect(line.doneElsewhere()).rejects.toMatchObject({ code: 'not_delivered' });
    expect(await line.state()).toMatchObject({ status: 'open', may_have_arrived: true, failure_kind: 'rejected', failure_passing: true });
    expect(await shop.due.claim(line.lineId, { kind: 'retry', actor: 'scheduler', reason: null }, { alone: false, onlyLeft: false })).toBeDefined();
  });
});

describe('a line that is given up', () => {
  it('ends failed with the failure that it had, when it was read back and is not there', async () => {
    const line = await lineThat(throwing(lost));
    await line.giveUp();
    expect(await line.state()).toMatchObject({ status: 'failed', failure_kind: 'timeout', failure_passing: false, given_up_at: expect.any(Date) });
    expect([await line.orderStatus(), line.provider.called]).toEqual(['fulfillment_error', ['verify']]);
    expect((await line.lastSteps()).at(-1)).toEqual(['fail', 'olga', operator.reason]);
    expect(await line.lastAttempt()).toMatchObject({ outcome: 'failed', detail: 'It was read back: it is not there.' });
  });

  it('is fulfilled when it is there after all', async () => {
    const line = await lineThat(throwing(lost));
    line.provider.has = () => receipt;
    await line.giveUp();
    expect(await line.state()).toMatchObject({ status: 'fulfilled', receipt: receipt.reference, given_up_at: null });
    expect(await line.orderStatus()).toBe('complete');
  });

  it('stays as it was when it cannot be read back, unless it is forced', async () => {
    const line = await lineThat(throwing(lost));
    const before = await line.state();
    line.provider.has = throwing(down);
    await expect(line.giveUp()).rejects.toMatchObject({ code: 'not_read_back', message: expect.stringMatching(/The provider is down/) });
    expect(await line.state()).toEqual(before);
    expect(await line.lastAttempt()).toMatchObject({ outcome: 'unknown' });
    await line.giveUp({ force: true });
    expect(await line.state()).toMatchObject({ status: 'failed', given_up_at: expect.any(Date), may_have_arrived: true });
  });

  it('is not called for when nobody ever was', async () => {
    const line = await lineNeverCalled();
    await line.giveUp();
    expect([await line.state(), line.provider.called]).toEqual([expect.objectContaining({ status: 'failed', failure_kind: 'throttled', given_up_at: expect.any(Date) }), []]);
    expect(await line.lastAttempt()).toBeUndefined();
  });

  it('needs no read-back when its details never made sense, and one where an earlier call may have arrived', async () => {
    const broken = () => { throw new ConfigurationFailure('courseId is missing.'); };
    const wrong = await lineThat(throwing(expired));
    wrong.provider.parse = broken;
    await wrong.giveUp();
    expect([await wrong.state(), wrong.provider.called]).toEqual([expect.objectContaining({ status: 'failed', given_up_at: expect.any(Date) }), []]);
    const open = await lineThat(throwing(lost));
    open.provider.parse = broken;
    await expect(open.giveUp()).rejects.toMatchObject({ code: 'not_read_back', message: expect.stringMatching(/courseId is missing/) });
  });

  it('is sent again all the same when an operator asks for it', async () => {
    const line = await lineThat(throwing(expired));
    await line.giveUp();
    line.provider.delivers = () => receipt;
    await line.handler.handleShippingEvent(await shop.reader.byId(line.orderId), 'unfinished', again);
    expect(await line.state()).toMatchObject({ status: 'fulfilled', given_up_at: null });
  });
});

describe('whoever decides', () => {
  it('is told that the line is finished, or that somebody is at work', async () => {
    const finished = await lineThat(() => receipt);
    await expect(finished.giveUp()).rejects.toMatchObject({ code: 'line_finished' });
    const busy = await lineThat(throwing(expired));
    await shop.orders.claimUnfinished(busy.orderId, again);
    await expect(busy.doneElsewhere({ force: true })).rejects.toMatchObject({ code: 'delivery_in_progress' });
    expect(await busy.state()).toMatchObject({ status: 'fulfilling' });
  });

  it('and whoever sends again at the same moment: one of them gets the line (fails without the claim condition on claim_id)', async () => {
    for (let round = 0; round < 20; round += 1) {
      const line = await lineThat(throwing(expired));
      line.provider.delivers = () => receipt;
      const order = await shop.reader.byId(line.orderId);
      const [decided, sent] = await Promise.allSettled([line.doneElsewhere({ force: true }), line.handler.handleShippingEvent(order, 'unfinished', again)]);
      const sentIt = sent.status === 'fulfilled' && sent.value !== undefined;
      expect([decided.status === 'fulfilled', sentIt].filter(Boolean)).toHaveLength(1);
      expect(line.provider.called).toEqual([sentIt ? 'fulfill' : 'verify']);
    }
  });

  it('and the scheduler at the same moment: one of them gets the line', async () => {
    for (let round = 0; round < 20; round += 1) {
      const line = await lineThat(throwing(lost));
      await shop.sql(`update order_line set next_attempt_at = now() where id = $1`, [line.lineId]);
      const [decided, claim] = await Promise.allSettled([line.giveUp(), shop.due.claim(line.lineId, { kind: 'retry', actor: 'scheduler', reason: null }, { alone: true, onlyLeft: false })]);
      const claimed = claim.status === 'fulfilled' && claim.value !== undefined;
      expect([decided.status === 'fulfilled', claimed].filter(Boolean)).toHaveLength(1);
      expect(await line.state()).toMatchObject({ status: claimed ? 'fulfilling' : 'failed' });
    }
  });

  it('and dies before it is written costs a lease: the scheduler takes the line over, to put it back', async () => {
    const line = await lineThat(throwing(lost));
    await shop.orders.claimDecision(line.lineId, operator);
    expect(await shop.due.claim(line.lineId, { kind: 'retry', actor: 'scheduler', reason: null }, { alone: true, onlyLeft: false })).toBeUndefined();
    await shop.sql(`update order_line set lease_until = now() - interval '1 second' where id = $1`, [line.lineId]);
    expect((await shop.due.find(100, [])).map(({ lineId }) => lineId)).toContain(line.lineId);
    const claim = await shop.due.claim(line.lineId, { kind: 'retry', actor: 'scheduler', reason: null }, { alone: true, onlyLeft: false });
    expect(claim?.lines[0]).toMatchObject({ leftBy: 'decide', mayHaveArrived: true, lostLeases: 0 });
    expect(await shop.sql(`select outcome from fulfillment_attempt where line_id = $1 order by started_at`, [line.lineId])).toEqual([{ outcome: 'unknown' }, { outcome: 'unknown' }, { outcome: 'pending' }]);
  });

  it('changes nothing when his own claim was lost meanwhile', async () => {
    const line = await lineThat(throwing(expired));
    line.provider.has = async () => {
      await shop.sql(`update order_line set lease_until = now() - interval '1 second' where id = $1`, [line.lineId]);
      await shop.orders.claimUnfinished(line.orderId, again);
      return receipt;
    };
    await expect(line.doneElsewhere()).rejects.toMatchObject({ code: 'delivery_in_progress' });
    expect(await line.state()).toMatchObject({ status: 'fulfilling' });
  });
});
