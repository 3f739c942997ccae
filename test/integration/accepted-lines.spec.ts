import { DeliveryFailure, UnknownOutcome } from '@order-fulfillment/fulfiller-kit';
import type { Refusal } from '#limits';
import { ACCEPTED, acceptingShop, checkout, idOf, operator } from '../support/accepting-shop.js';
import { openOrders, type OrdersUnderTest } from '../support/orders.js';

let shop: OrdersUnderTest;
let around: Awaited<ReturnType<typeof acceptingShop>>;
beforeAll(async () => {
  shop = await openOrders();
});
afterAll(() => shop.close());
beforeEach(async () => {
  around = await acceptingShop(shop);
});
// Every leave is either used and reported, or given back: else tokens and probes would be lost.
afterEach(() => expect(around.provider.leavesOut).toBe(0));

const badGateway = new DeliveryFailure({ kind: 'server', detail: 'Bad gateway', passing: true, httpStatus: 502 });
const noMentor = new DeliveryFailure({ kind: 'rejected', detail: 'No mentor is free.', passing: false, httpStatus: 409 });
const PAUSED: Refusal = { cause: 'paused', kind: 'unknown', detail: 'An operator has paused it.', retryInMs: 60_000 };

describe('a line that the provider accepts for later', () => {
  it('is accepted, nobody holds it, and its order is open', async () => {
    const claim = await around.sell();
    const order = await around.orderOf(claim);
    expect(order.status).toBe('open');
    expect(await around.row(idOf(claim))).toMatchObject({ status: 'accepted', claim_id: null, lease_until: null, accepted_reference: 'job-7', verify_every_ms: '60000', may_have_arrived: true, attempts: 1 });
    expect(await around.attempts(idOf(claim))).toEqual([{ purpose: 'deliver', outcome: 'accepted', detail: 'job-7', http_status: 202 }]);
    const [line] = order.snapshot().lines;
    expect(Number(line?.acceptedUntil) - Number(line?.nextAttemptAt)).toBe(ACCEPTED.deadlineMs - ACCEPTED.verifyAfterMs);
  });

  it('does not keep a delivered sibling from its end, and keeps the order open', async () => {
    around.provider.script = ['there', 'accepts'];
    const claim = await around.sell(2);
    const order = await around.orderOf(claim);
    expect([order.status, order.snapshot().lines.map(({ status }) => status).sort()]).toEqual(['open', ['accepted', 'fulfilled']]);
  });

  it('is not found before it is due, and then only looked at: never delivered again', async () => {
    const { claim, lineId } = await around.accepted();
    const found = async () => (await around.parts.checks.findDue(1_000)).filter(({ id }) => id.startsWith(lineId));
    expect(await found()).toEqual([]);
    await around.check(lineId);
    expect(around.provider.called).toEqual([]);
    await around.makeDue(lineId);
    expect(await found()).toHaveLength(1);
    await around.check(lineId);
    expect(await around.row(lineId)).toMatchObject({ status: 'accepted', claim_id: null, attempts: 1 });
    await around.makeDue(lineId);
    around.provider.script = ['there'];
    await around.check(lineId);
    expect(around.provider.called).toEqual(['verify', 'verify']);
    expect(around.provider.references).toEqual([null, 'job-7', 'job-7']);
    expect((await around.orderOf(claim)).status).toBe('complete');
    expect(await around.row(lineId)).toMatchObject({ status: 'fulfilled', receipt: 'mentor Ann', next_attempt_at: null });
    // A look that told nothing left neither an attempt nor history.
    expect((await around.attempts(lineId)).map(({ purpose, outcome }) => [purpose, outcome])).toEqual([['deliver', 'accepted'], ['verify', 'fulfilled']]);
    expect((await around.events(lineId)).map(({ event }) => event)).toEqual(['accept', 'fulfil']);
  });

  it('is no retry: the source of waiting lines does not find it and cannot claim it', async () => {
    const { lineId } = await around.accepted();
    await around.makeDue(lineId);
    expect((await around.parts.retry.findDue(1_000)).filter(({ id }) => id.startsWith(lineId))).toEqual([]);
    await around.parts.retry.perform({ id: `${lineId}/seat`, alone: true });
    expect(around.provider.called).toEqual([]);
  });

  it('waits on when the provider cannot be asked, with the failed look on record', async () => {
    const { lineId } = await around.accepted();
    await around.makeDue(lineId);
    around.provider.script = [badGateway];
    await around.check(lineId);
    expect(await around.row(lineId)).toMatchObject({ status: 'accepted', failure_kind: null });
    expect(await around.attempts(lineId)).toMatchObject([{}, { purpose: 'verify', outcome: 'unknown', detail: 'Bad gateway', http_status: 502 }]);
  });

  it('waits on, until its deadline, while no fulfiller delivers its type', async () => {
    const { lineId } = await around.accepted();
    await shop.sql(`update order_line set product_type = 'gone', next_attempt_at = now() - interval '1 second' where id = $1`, [lineId]);
    await around.parts.checks.perform({ id: `${lineId}/gone`, alone: true });
    expect(await around.row(lineId)).toMatchObject({ status: 'accepted', claim_id: null });
    await around.endTheWait(lineId);
    await around.parts.checks.perform({ id: `${lineId}/gone`, alone: true });
    expect(await around.row(lineId)).toMatchObject({ status: 'failed', failure_detail: expect.stringMatching(/No fulfiller delivers the product type "gone"/) });
  });

  it('fails with the words of the provider when that will not deliver it', async () => {
    const { claim, lineId } = await around.accepted();
    await around.makeDue(lineId);
    around.provider.script = [noMentor];
    await around.check(lineId);
    expect(await around.row(lineId)).toMatchObject({ status: 'failed', failure_kind: 'rejected', failure_detail: 'No mentor is free.', failure_passing: false });
    expect((await around.orderOf(claim)).status).toBe('fulfillment_error');
  });

  it('fails at its deadline with a named cause, and is read back first when it is sent again', async () => {
    const { claim, lineId } = await around.accepted();
    await around.endTheWait(lineId);
    await around.check(lineId);
    expect(await around.row(lineId)).toMatchObject({ status: 'failed', failure_kind: 'timeout', may_have_arrived: true });
    expect((await around.row(lineId))?.['failure_detail']).toMatch(/accepted it, and did not deliver it by its deadline/);
    around.provider.called.length = 0;
    around.provider.script = ['there'];
    await around.parts.handler.handleShippingEvent((await around.orderOf(claim)).snapshot(), 'unfinished', operator);
    expect(around.provider.called).toEqual(['verify']);
    expect((await around.row(lineId))?.['status']).toBe('fulfilled');
  });

  it.each([[PAUSED], [null]])('ends at its deadline also when the provider must not be called (%p): it is never stuck', async (refusal) => {
    const { lineId } = await around.accepted();
    await around.endTheWait(lineId);
    around.provider.refusal = refusal;
    around.provider.script = [badGateway];
    expect((await around.parts.checks.findDue(1_000)).filter(({ id }) => id.startsWith(lineId))).toHaveLength(1);
    await around.check(lineId);
    expect(around.provider.called).toEqual(refusal ? [] : ['verify']);
    expect(await around.row(lineId)).toMatchObject({ status: 'failed', failure_kind: 'timeout' });
  });

  it('does not end at its deadline for want of leave in a minute when the rate is used up (fails when it counts as silence)', async () => {
    const { lineId } = await around.accepted();
    await around.endTheWait(lineId);
    around.provider.refusal = { cause: 'rate', kind: 'throttled', detail: 'The rate is used up.', retryInMs: 60_000 };
    await around.check(lineId);
    expect(await around.row(lineId)).toMatchObject({ status: 'accepted', claim_id: null });
    around.provider.refusal = null;
    around.provider.script = ['there'];
    await around.check(lineId);
    expect((await around.row(lineId))?.['status']).toBe('fulfilled');
  });

  it('is left alone by checks while the provider must not be called, before its deadline', async () => {
    const { lineId } = await around.accepted();
    await around.makeDue(lineId);
    around.provider.refusal = PAUSED;
    expect((await around.parts.checks.findDue(1_000)).filter(({ id }) => id.startsWith(lineId))).toEqual([]);
    await around.check(lineId);
    expect(await around.row(lineId)).toMatchObject({ status: 'accepted', claim_id: null });
    expect(around.provider.called).toEqual([]);
  });

  it.each([
    ['due', 'makeDue'],
    ['overdue', 'endTheWait'],
  ] as const)('is looked at by one only when it is %s, and by another when that one dies (fails without the condition on the lease)', async (_, come) => {
    const { lineId } = await around.accepted();
    await around[come](lineId);
    const claim = () => shop.accepted.claim(lineId, checkout, { onlyOverdue: false, alone: true });
    const claims = [...(await Promise.all(Array.from({ length: 8 }, claim))), await claim()];
    expect(claims.filter(Boolean)).toHaveLength(1);
    await shop.sql(`update order_line set lease_until = now() - interval '1 second', next_attempt_at = now() - interval '1 second', accepted_until = now() + interval '1 hour' where id = $1`, [lineId]);
    await around.check(lineId);
    expect(await around.row(lineId)).toMatchObject({ status: 'accepted', claim_id: null, lost_leases: 0 });
    expect((await around.attempts(lineId)).map(({ outcome }) => outcome)).toEqual(['accepted', 'unknown']);
  });

  it('is not looked at any more after its holders were lost too often, and says so', async () => {
    const { lineId } = await around.accepted();
    await around.makeDue(lineId);
    await shop.accepted.claim(lineId, checkout, { onlyOverdue: false, alone: true });
    await shop.sql(`update order_line set lost_leases = 2, lease_until = now() - interval '1 second', next_attempt_at = now() - interval '1 second' where id = $1`, [lineId]);
    await around.check(lineId);
    expect(around.provider.called).toEqual([]);
    expect((await around.row(lineId))?.['failure_detail']).toMatch(/^3 holders in a row were lost/);
  });
});

describe('an operator and an accepted line', () => {
  it('sends it again: it is looked at, never delivered, and his reason is in the history', async () => {
    const { claim, lineId } = await around.accepted();
    await around.parts.handler.handleShippingEvent((await around.orderOf(claim)).snapshot(), 'unfinished', operator);
    expect(around.provider.called).toEqual(['verify']);
    expect((await around.row(lineId))?.['status']).toBe('accepted');
    expect(await shop.sql('select event, actor, reason from order_history where line_id = $1 order by id desc limit 1', [lineId])).toEqual([{ event: 'verify', actor: 'ops', reason: 'asked the provider' }]);
    around.provider.script = ['there'];
    await around.parts.handler.handleShippingEvent((await around.orderOf(claim)).snapshot(), 'unfinished', operator);
    expect((await around.orderOf(claim)).status).toBe('complete');
  });

  it('gives it up, or marks it done elsewhere', async () => {
    const first = await around.accepted();
    await around.parts.decisions.giveUp({ order: first.claim.order, lineId: first.lineId, askedBy: operator, force: false });
    expect(await around.row(first.lineId)).toMatchObject({ status: 'failed', failure_kind: 'unknown' });
    const second = await around.accepted();
    await around.parts.decisions.doneElsewhere({ order: second.claim.order, lineId: second.lineId, askedBy: operator, force: true });
    expect((await around.row(second.lineId))?.['status']).toBe('fulfilled');
  });

  it('calls it off when he takes back what failed at its deadline, though nothing is there yet (fails when a look decides)', async () => {
    const { claim, lineId } = await around.accepted();
    await around.endTheWait(lineId);
    await around.check(lineId);
    around.provider.called.length = 0;
    await around.parts.handler.handleReturnEvent((await around.orderOf(claim)).snapshot(), 'all', operator);
    expect([(await around.row(lineId))?.['status'], around.provider.called]).toEqual(['revoked', ['verify', 'revoke', 'verify']]);
  });

  it('has not called it off when the provider did not answer', async () => {
    const { claim, lineId } = await around.accepted();
    await around.endTheWait(lineId);
    await around.check(lineId);
    around.provider.script = ['nothing', new UnknownOutcome({ kind: 'timeout', detail: 'No answer.' })];
    await around.parts.handler.handleReturnEvent((await around.orderOf(claim)).snapshot(), 'all', operator);
    expect(await around.row(lineId)).toMatchObject({ status: 'failed', may_have_arrived: true });
  });

  it('looks at it to decide, and leaves it with the provider when nothing shows', async () => {
    const { claim, lineId } = await around.accepted();
    await expect(around.parts.decisions.doneElsewhere({ order: claim.order, lineId, askedBy: operator, force: false })).rejects.toThrow(/nothing shows/);
    expect(await around.row(lineId)).toMatchObject({ status: 'accepted', claim_id: null });
  });

  it('cannot take it back, nor the rest of its order with it: the provider may still deliver it (fails when the claim passes it over)', async () => {
    around.provider.script = ['there', 'accepts'];
    const claim = await around.sell(2);
    for (const scope of ['all', 'unfinished'] as const) {
      await expect(around.parts.handler.handleReturnEvent((await around.orderOf(claim)).snapshot(), scope, operator)).rejects.toThrow(/may still deliver it/);
    }
    // Somebody who read the order before it was accepted is not let in either.
    expect(await shop.orders.claimRevocation(claim.order.id, operator, { statuses: ['open', 'failed', 'fulfilled'], lineIds: null })).toBeUndefined();
  });
});
