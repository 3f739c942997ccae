import { DeliveryFailure, type Fulfiller, type FulfillmentRequest } from '@order-fulfillment/fulfiller-kit';
import { Test } from '@nestjs/testing';
import { AcceptanceChecks, FulfillerRegistry, LineDecisions, LineRetry, OrderEventHandler, ReportedResults } from '#fulfillment';
import { DependencyLimits, type Refusal } from '#limits';
import { AcceptedLines, DueLines, DueTurns, LineResults, OrderReader, OrdersService, SettleService, type AskedBy, type OrderClaim } from '#orders';
import { DELIVERY_LISTENER } from '../../libs/fulfillment/src/delivery.listener.js';
import { DELIVERY_PROVIDERS } from '../../libs/fulfillment/src/fulfillment.module.js';
import { FULFILLMENT_OPTIONS } from '../../libs/fulfillment/src/fulfillment.options.js';
import { PRODUCT_DETAILS } from '../../libs/fulfillment/src/product-details.js';
import { RETRY_RULE } from '../../libs/fulfillment/src/retry-rule.js';
import { newLine, newOrder, openOrders, placed, type OrdersUnderTest } from '../support/orders.js';

let shop: OrdersUnderTest;
beforeAll(async () => {
  shop = await openOrders();
});
afterAll(() => shop.close());

const checkout: AskedBy = { kind: 'checkout', actor: 'staff', reason: null };
const operator = { kind: 'operator', actor: 'ops', reason: 'asked the provider' } as const;
const ACCEPTED = { reference: 'job-7', verifyAfterMs: 60_000, deadlineMs: 3_600_000, httpStatus: 202 };
const DELIVERED = { outcome: 'fulfilled', detail: 'mentor Ann' } as const;
const REFUSED = { outcome: 'failed', detail: 'No mentor is free.' } as const;
const badGateway = new DeliveryFailure({ kind: 'server', detail: 'Bad gateway', passing: true, httpStatus: 502 });
const noMentor = new DeliveryFailure({ kind: 'rejected', detail: 'No mentor is free.', passing: false, httpStatus: 409 });
const PAUSED: Refusal = { cause: 'paused', kind: 'unknown', detail: 'An operator has paused it.', retryInMs: 60_000 };

type Step = 'accepts' | 'nothing' | 'there' | DeliveryFailure;

/** A provider that accepts for later, and plays its script where it has one. */
class Provider {
  script: Step[] = [];
  refusal: Refusal | null = null;
  readonly called: string[] = [];
  readonly references: (string | null)[] = [];
  /** Runs while a call is under way. */
  during: () => Promise<unknown> = () => Promise.resolve();
  leavesOut = 0;

  readonly fulfiller = { parseDetails: (raw: unknown) => raw, fulfill: this.play('fulfill', 'accepts'), verify: this.play('verify', 'nothing'), revoke: this.play('revoke', 'nothing') } as unknown as Fulfiller;

  private play(verb: string, usual: Step) {
    return async ({ acceptedReference }: FulfillmentRequest<unknown>) => {
      this.called.push(verb);
      this.references.push(acceptedReference);
      await this.during();
      const step = this.script.shift() ?? usual;
      if (step instanceof DeliveryFailure) throw step;
      if (step === 'accepts') return ACCEPTED;
      return step === 'there' ? { reference: 'mentor Ann' } : null;
    };
  }

  readonly limits = {
    ask: (_name: string, _traffic: string, wanted: number) => {
      if (!this.refusal) this.leavesOut += wanted;
      return Promise.resolve({ granted: this.refusal ? 0 : wanted, refusal: this.refusal });
    },
    report: () => Promise.resolve(void (this.leavesOut -= 1)),
    blocked: () => Promise.resolve(new Map(this.refusal ? [['mentors', this.refusal]] : [])),
  };
}

let provider: Provider;
let parts: { handler: OrderEventHandler; checks: AcceptanceChecks; retry: LineRetry; results: ReportedResults; decisions: LineDecisions };
beforeEach(async () => {
  provider = new Provider();
  const type = { fulfiller: provider.fulfiller, timeoutMs: 500, maxQuantity: 1, repeatable: false, callbackSecrets: [], dependency: 'mentors', capabilities: { revoke: true, asynchronous: true, sharedAccess: false } };
  const module = await Test.createTestingModule({
    providers: [
      ...DELIVERY_PROVIDERS,
      { provide: FulfillerRegistry, useValue: new FulfillerRegistry(new Map([['seat', type]])) },
      { provide: FULFILLMENT_OPTIONS, useValue: { deadlineMs: 2_000, maxLostLeases: 3, waitForLeaveMs: 200 } },
      { provide: DependencyLimits, useValue: provider.limits },
      { provide: RETRY_RULE, useValue: () => ({ inMs: 60_000, costsAttempt: true }) },
      { provide: DELIVERY_LISTENER, useValue: () => undefined },
      { provide: PRODUCT_DETAILS, useValue: null },
      { provide: DueTurns, useValue: null },
      { provide: DueLines, useValue: shop.due },
      { provide: OrderReader, useValue: shop.reader },
      { provide: OrdersService, useValue: shop.orders },
      { provide: SettleService, useValue: shop.settling },
      { provide: AcceptedLines, useValue: shop.accepted },
      { provide: LineResults, useValue: shop.results },
    ],
  }).compile();
  module.useLogger(false);
  parts = { handler: module.get(OrderEventHandler), checks: module.get(AcceptanceChecks), retry: module.get(LineRetry), results: module.get(ReportedResults), decisions: module.get(LineDecisions) };
});
// Every leave is either used and reported, or given back: else tokens and probes would be lost.
afterEach(() => expect(provider.leavesOut).toBe(0));

const row = async (lineId: string) => (await shop.sql<Record<string, unknown>>('select * from order_line where id = $1', [lineId]))[0];
const orderOf = (claim: OrderClaim) => shop.reader.detail(claim.order.number);
const idOf = (claim: OrderClaim) => claim.lines[0]?.line.id ?? '';
const attempts = (lineId: string) => shop.sql<{ purpose: string; outcome: string; detail: string; http_status: number }>('select purpose, outcome, detail, http_status from fulfillment_attempt where line_id = $1 order by started_at', [lineId]);
const events = (lineId: string) => shop.sql<{ event: string; actor: string }>('select event, actor from order_history where line_id = $1 order by id', [lineId]);
const makeDue = (lineId: string) => shop.sql(`update order_line set next_attempt_at = now() - interval '1 second' where id = $1`, [lineId]);
const endTheWait = (lineId: string) => shop.sql(`update order_line set accepted_until = now() - interval '1 second', next_attempt_at = now() - interval '1 second' where id = $1`, [lineId]);
const check = (lineId: string) => parts.checks.perform({ id: `${lineId}/seat` });

async function sell(lineCount = 1): Promise<OrderClaim> {
  const claim = await placed(shop, newOrder({}, lineCount));
  provider.leavesOut += claim.lines.length; // the buyer's leave
  await parts.handler.handleShippingEvent(claim.order, claim, checkout);
  return claim;
}

async function accepted(): Promise<{ claim: OrderClaim; lineId: string }> {
  const claim = await sell();
  provider.called.length = 0;
  return { claim, lineId: idOf(claim) };
}

describe('a line that the provider accepts for later', () => {
  it('is accepted, nobody holds it, and its order is open', async () => {
    const claim = await sell();
    const order = await orderOf(claim);
    expect(order.status).toBe('open');
    expect(await row(idOf(claim))).toMatchObject({ status: 'accepted', claim_id: null, lease_until: null, accepted_reference: 'job-7', verify_every_ms: '60000', may_have_arrived: true, attempts: 1 });
    expect(await attempts(idOf(claim))).toEqual([{ purpose: 'deliver', outcome: 'accepted', detail: 'job-7', http_status: 202 }]);
    const [line] = order.snapshot().lines;
    expect(Number(line?.acceptedUntil) - Number(line?.nextAttemptAt)).toBe(ACCEPTED.deadlineMs - ACCEPTED.verifyAfterMs);
  });

  it('does not keep a delivered sibling from its end, and keeps the order open', async () => {
    provider.script = ['there', 'accepts'];
    const claim = await sell(2);
    const order = await orderOf(claim);
    expect([order.status, order.snapshot().lines.map(({ status }) => status).sort()]).toEqual(['open', ['accepted', 'fulfilled']]);
  });

  it('is not found before it is due, and then only looked at: never delivered again', async () => {
    const { claim, lineId } = await accepted();
    const found = async () => (await parts.checks.findDue(1_000)).filter(({ id }) => id.startsWith(lineId));
    expect(await found()).toEqual([]);
    await check(lineId);
    expect(provider.called).toEqual([]);
    await makeDue(lineId);
    expect(await found()).toHaveLength(1);
    await check(lineId);
    expect(await row(lineId)).toMatchObject({ status: 'accepted', claim_id: null, attempts: 1 });
    await makeDue(lineId);
    provider.script = ['there'];
    await check(lineId);
    expect(provider.called).toEqual(['verify', 'verify']);
    expect(provider.references).toEqual([null, 'job-7', 'job-7']);
    expect((await orderOf(claim)).status).toBe('complete');
    expect(await row(lineId)).toMatchObject({ status: 'fulfilled', receipt: 'mentor Ann', next_attempt_at: null });
    // A look that told nothing left neither an attempt nor history.
    expect((await attempts(lineId)).map(({ purpose, outcome }) => [purpose, outcome])).toEqual([['deliver', 'accepted'], ['verify', 'fulfilled']]);
    expect((await events(lineId)).map(({ event }) => event)).toEqual(['accept', 'fulfil']);
  });

  it('is no retry: the source of waiting lines does not find it and cannot claim it', async () => {
    const { lineId } = await accepted();
    await makeDue(lineId);
    expect((await parts.retry.findDue(1_000)).filter(({ id }) => id.startsWith(lineId))).toEqual([]);
    await parts.retry.perform({ id: `${lineId}/seat`, alone: true });
    expect(provider.called).toEqual([]);
  });

  it('waits on when the provider cannot be asked, with the failed look on record', async () => {
    const { lineId } = await accepted();
    await makeDue(lineId);
    provider.script = [badGateway];
    await check(lineId);
    expect(await row(lineId)).toMatchObject({ status: 'accepted', failure_kind: null });
    expect(await attempts(lineId)).toMatchObject([{}, { purpose: 'verify', outcome: 'unknown', detail: 'Bad gateway', http_status: 502 }]);
  });

  it('fails with the words of the provider when that will not deliver it', async () => {
    const { claim, lineId } = await accepted();
    await makeDue(lineId);
    provider.script = [noMentor];
    await check(lineId);
    expect(await row(lineId)).toMatchObject({ status: 'failed', failure_kind: 'rejected', failure_detail: 'No mentor is free.', failure_passing: false });
    expect((await orderOf(claim)).status).toBe('fulfillment_error');
  });

  it('fails at its deadline with a named cause, and is read back first when it is sent again', async () => {
    const { claim, lineId } = await accepted();
    await endTheWait(lineId);
    await check(lineId);
    expect(await row(lineId)).toMatchObject({ status: 'failed', failure_kind: 'timeout', may_have_arrived: true });
    expect((await row(lineId))?.['failure_detail']).toMatch(/accepted it, and did not deliver it by its deadline/);
    provider.called.length = 0;
    provider.script = ['there'];
    await parts.handler.handleShippingEvent((await orderOf(claim)).snapshot(), 'unfinished', operator);
    expect(provider.called).toEqual(['verify']);
    expect((await row(lineId))?.['status']).toBe('fulfilled');
  });

  it.each([[PAUSED], [null]])('ends at its deadline also when the provider must not be called (%p): it is never stuck', async (refusal) => {
    const { lineId } = await accepted();
    await endTheWait(lineId);
    provider.refusal = refusal;
    provider.script = [badGateway];
    expect((await parts.checks.findDue(1_000)).filter(({ id }) => id.startsWith(lineId))).toHaveLength(1);
    await check(lineId);
    expect(provider.called).toEqual(refusal ? [] : ['verify']);
    expect(await row(lineId)).toMatchObject({ status: 'failed', failure_kind: 'timeout' });
  });

  it('is left alone by checks while the provider must not be called, before its deadline', async () => {
    const { lineId } = await accepted();
    await makeDue(lineId);
    provider.refusal = PAUSED;
    expect((await parts.checks.findDue(1_000)).filter(({ id }) => id.startsWith(lineId))).toEqual([]);
    await check(lineId);
    expect(await row(lineId)).toMatchObject({ status: 'accepted', claim_id: null });
    expect(provider.called).toEqual([]);
  });

  it.each([
    ['due', makeDue],
    ['overdue', endTheWait],
  ])('is looked at by one only when it is %s, and by another when that one dies (fails without the condition on the lease)', async (_, come) => {
    const { lineId } = await accepted();
    await come(lineId);
    const claim = () => shop.accepted.claim(lineId, checkout, false);
    const claims = [...(await Promise.all(Array.from({ length: 8 }, claim))), await claim()];
    expect(claims.filter(Boolean)).toHaveLength(1);
    await shop.sql(`update order_line set lease_until = now() - interval '1 second', next_attempt_at = now() - interval '1 second', accepted_until = now() + interval '1 hour' where id = $1`, [lineId]);
    await check(lineId);
    expect(await row(lineId)).toMatchObject({ status: 'accepted', claim_id: null, lost_leases: 0 });
    expect((await attempts(lineId)).map(({ outcome }) => outcome)).toEqual(['accepted', 'unknown']);
  });

  it('is not looked at any more after its holders were lost too often, and says so', async () => {
    const { lineId } = await accepted();
    await makeDue(lineId);
    await shop.accepted.claim(lineId, checkout, false);
    await shop.sql(`update order_line set lost_leases = 2, lease_until = now() - interval '1 second', next_attempt_at = now() - interval '1 second' where id = $1`, [lineId]);
    await check(lineId);
    expect(provider.called).toEqual([]);
    expect((await row(lineId))?.['failure_detail']).toMatch(/^3 holders in a row were lost/);
  });
});

describe('an operator and an accepted line', () => {
  it('sends it again: it is looked at, never delivered, and his reason is in the history', async () => {
    const { claim, lineId } = await accepted();
    await parts.handler.handleShippingEvent((await orderOf(claim)).snapshot(), 'unfinished', operator);
    expect(provider.called).toEqual(['verify']);
    expect((await row(lineId))?.['status']).toBe('accepted');
    expect(await shop.sql('select event, actor, reason from order_history where line_id = $1 order by id desc limit 1', [lineId])).toEqual([{ event: 'verify', actor: 'ops', reason: 'asked the provider' }]);
    provider.script = ['there'];
    await parts.handler.handleShippingEvent((await orderOf(claim)).snapshot(), 'unfinished', operator);
    expect((await orderOf(claim)).status).toBe('complete');
  });

  it('gives it up, or marks it done elsewhere', async () => {
    const first = await accepted();
    await parts.decisions.giveUp({ order: first.claim.order, lineId: first.lineId, askedBy: operator, force: false });
    expect(await row(first.lineId)).toMatchObject({ status: 'failed', failure_kind: 'unknown' });
    const second = await accepted();
    await parts.decisions.doneElsewhere({ order: second.claim.order, lineId: second.lineId, askedBy: operator, force: true });
    expect((await row(second.lineId))?.['status']).toBe('fulfilled');
  });

  it('looks at it to decide, and leaves it with the provider when nothing shows', async () => {
    const { claim, lineId } = await accepted();
    await expect(parts.decisions.doneElsewhere({ order: claim.order, lineId, askedBy: operator, force: false })).rejects.toThrow(/nothing shows/);
    expect(await row(lineId)).toMatchObject({ status: 'accepted', claim_id: null });
  });

  it('cannot take it back, nor the rest of its order with it: the provider may still deliver it (fails when the claim passes it over)', async () => {
    provider.script = ['there', 'accepts'];
    const claim = await sell(2);
    for (const scope of ['all', 'unfinished'] as const) {
      await expect(parts.handler.handleReturnEvent((await orderOf(claim)).snapshot(), scope, operator)).rejects.toThrow(/may still deliver it/);
    }
    // Somebody who read the order before it was accepted is not let in either.
    expect(await shop.orders.claimRevocation(claim.order.id, operator, { statuses: ['open', 'failed', 'fulfilled'], lineIds: null })).toBeUndefined();
  });
});

describe('a reported result', () => {
  it.each([
    [DELIVERED, { status: 'fulfilled', receipt: 'mentor Ann', failure_kind: null }, 'complete'],
    [REFUSED, { status: 'failed', failure_kind: 'rejected', failure_detail: 'No mentor is free.' }, 'fulfillment_error'],
  ] as const)('ends an accepted line without a call: %j', async (result, line, status) => {
    const { claim, lineId } = await accepted();
    expect(await parts.results.report(lineId, 'seat', result)).toBe('applied');
    expect(provider.called).toEqual([]);
    expect(await row(lineId)).toMatchObject({ ...line, claim_id: null, result_outcome: null, attempts: 1 });
    expect((await orderOf(claim)).status).toBe(status);
    expect(await parts.results.report(lineId, 'seat', result)).toBe('known');
  });

  it.each([
    [DELIVERED, 'fulfilled'],
    [REFUSED, 'failed'],
  ] as const)('that comes before the acceptance is written is stored, and applied by that settle: %j (fails without the look under lock)', async (result, status) => {
    let outcome: unknown;
    const claim = await placed(shop, newOrder());
    const lineId = idOf(claim);
    provider.leavesOut += 1;
    provider.during = async () => {
      outcome = await parts.results.report(lineId, 'seat', result);
    };
    const settled = await parts.handler.handleShippingEvent(claim.order, claim, checkout);
    expect(outcome).toBe('stored');
    expect(settled?.order.lines[0]?.status).toBe(status);
    expect(await row(lineId)).toMatchObject({ status, result_outcome: null, claim_id: null });
    expect((await orderOf(claim)).status).toBe(status === 'failed' ? 'fulfillment_error' : 'complete');
  });

  it('that comes while one of several lines is delivered ends that line only', async () => {
    const claim = await placed(shop, newOrder({}, 3));
    const second = claim.lines[1]?.line.id ?? '';
    provider.leavesOut += 3;
    let told = false;
    provider.during = async () => {
      if (!told) {
        told = true;
        await parts.results.report(second, 'seat', DELIVERED);
      }
    };
    await parts.handler.handleShippingEvent(claim.order, claim, checkout);
    expect((await orderOf(claim)).snapshot().lines.map(({ status }) => status)).toEqual(['accepted', 'fulfilled', 'accepted']);
  });

  it('of a delivery that ended otherwise counts: delivered is delivered', async () => {
    const claim = await placed(shop, newOrder());
    const lineId = idOf(claim);
    provider.leavesOut += 1;
    provider.script = [noMentor];
    provider.during = () => parts.results.report(lineId, 'seat', DELIVERED);
    await parts.handler.handleShippingEvent(claim.order, claim, checkout);
    expect(await row(lineId)).toMatchObject({ status: 'fulfilled', failure_kind: null });
  });

  it('is applied by whoever takes over, without a call, when the holder died with it', async () => {
    const claim = await placed(shop, newOrder());
    const lineId = idOf(claim);
    expect(await parts.results.report(lineId, 'seat', DELIVERED)).toBe('stored');
    await shop.sql(`update order_line set lease_until = now() - interval '1 second' where id = $1`, [lineId]);
    await parts.retry.perform({ id: `${lineId}/seat`, alone: true });
    expect(provider.called).toEqual([]);
    expect(await row(lineId)).toMatchObject({ status: 'fulfilled', receipt: 'mentor Ann', result_outcome: null });
  });

  it('is applied by the next look when whoever reported it died before', async () => {
    const { lineId } = await accepted();
    expect(await shop.results.store(lineId, REFUSED, 'callback:seat')).toMatchObject({ stored: true, status: 'accepted' });
    await check(lineId);
    expect(provider.called).toEqual([]);
    expect(await row(lineId)).toMatchObject({ status: 'failed', failure_kind: 'rejected', result_outcome: null });
  });

  it('that comes late ends a line that had failed at its deadline', async () => {
    const { claim, lineId } = await accepted();
    await endTheWait(lineId);
    await check(lineId);
    expect(await parts.results.report(lineId, 'seat', DELIVERED)).toBe('applied');
    expect((await orderOf(claim)).status).toBe('complete');
  });

  it('that contradicts how the line ended changes nothing, and is in the history', async () => {
    const { lineId } = await accepted();
    await parts.results.report(lineId, 'seat', DELIVERED);
    await expect(parts.results.report(lineId, 'seat', REFUSED)).rejects.toThrow(/is fulfilled here/);
    expect((await row(lineId))?.['status']).toBe('fulfilled');
    expect((await events(lineId)).at(-1)).toEqual({ event: 'reportFailed', actor: 'callback:seat' });
  });

  it('of a line that nobody was asked to deliver is refused, and nothing is written', async () => {
    const order = newOrder({ lines: [newLine({ refusal: { kind: 'throttled', detail: 'Paused.', retryInMs: 60_000 } })] });
    await shop.orders.place(order);
    const lineId = order.lines[0]?.id ?? '';
    await expect(parts.results.report(lineId, 'seat', DELIVERED)).rejects.toThrow(/Nobody was asked/);
    expect(await events(lineId)).toEqual([]);
    expect(await parts.results.report('0190f3a0-7b1c-7000-8000-00000000dead', 'seat', DELIVERED)).toBeUndefined();
  });

  it('keeps a line from counting as taken back that was delivered meanwhile', async () => {
    const { claim, lineId } = await accepted();
    await endTheWait(lineId);
    await check(lineId);
    provider.during = () => parts.results.report(lineId, 'seat', DELIVERED);
    provider.script = ['nothing'];
    await parts.handler.handleReturnEvent((await orderOf(claim)).snapshot(), 'all', operator);
    expect(await row(lineId)).toMatchObject({ status: 'failed', result_outcome: 'fulfilled', claim_id: null });
    provider.during = () => Promise.resolve();
    expect(await parts.results.report(lineId, 'seat', DELIVERED)).toBe('applied');
    expect((await row(lineId))?.['status']).toBe('fulfilled');
  });

  it('and a settle that run at the same moment never miss each other (fails when the result is not stored with the line)', async () => {
    for (let round = 0; round < 25; round += 1) {
      const claim = await placed(shop, newOrder());
      const lineId = idOf(claim);
      provider.leavesOut += 1;
      await Promise.all([parts.handler.handleShippingEvent(claim.order, claim, checkout), parts.results.report(lineId, 'seat', DELIVERED)]);
      expect(await row(lineId)).toMatchObject({ status: 'fulfilled', result_outcome: null });
    }
  });
});
