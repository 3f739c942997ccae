import { CheckoutRefusedError, GatewayUnavailableError, OrderNotPayableError, OrderOutdatedError, PaymentUnderWayError, type Caller } from '#checkout';
import { OrderNotFoundError } from '#orders';
import { GatewayFailure, OrderPaidError, type Payment } from '#payments';
import { openPaidShop, type PaidShop, type Placed, type Replica } from '../support/paid-shop.js';

let shop: PaidShop;
beforeAll(async () => {
  shop = await openPaidShop();
});
afterAll(() => shop.close());
beforeEach(() => {
  shop.card.reset();
  shop.wallet.reset();
  shop.quotes.clear();
});

const STAFF: Caller = { username: 'olga', email: null, isStaff: true, address: null };
const AWAY = new GatewayFailure('Service Unavailable at 10.0.0.7', { kind: 'server', passing: true, retryAfterMs: 30_000 });
const LASTING = new GatewayFailure('The account cannot take KWD.', { kind: 'configuration', passing: false });
const SUM = new GatewayFailure('4901 minor units of KWD.', { kind: 'configuration', passing: false, about: 'sum' });

const buyer = ({ order }: Placed): Caller => ({ username: order.learner.username, email: null, isStaff: false, address: null });
const start = (placed: Placed, processor?: string, { caller = buyer(placed), replica = shop.one }: { caller?: Caller; replica?: Replica } = {}) => replica.starts.start(placed.order.number, processor, caller);
const confirm = (placed: Placed, caller = buyer(placed)) => shop.one.confirmations.confirm(placed.order.number, caller);
const giveUp = (placed: Placed, caller = buyer(placed)) => shop.one.abandonment.giveUp(placed.order.number, 'no more', caller);
const payments = ({ order }: Placed): Promise<Payment[]> => shop.one.ledger.ofOrder(order.id);
const standing = async (placed: Placed) => (await payments(placed)).map(({ processor, status }) => `${processor} ${status}`);
const openings = ({ order }: Placed) => shop.consequences.openedFor.filter((number) => number === order.number).length;

describe('a buyer who goes on to pay', () => {
  it('is sent to the same payment, however often: one at the gateway, and one on record', async () => {
    const placed = await shop.place();
    const steps = [await start(placed), await start(placed), await start(placed, 'card')].map(({ step }) => step);
    const same = { processor: 'card', action: { type: 'redirect', url: `https://card.example.com/${placed.payment.id}` }, declined: null, problem: null };
    expect(steps).toEqual([same, same, same]);
    expect(await standing(placed)).toEqual(['card started']);
  });

  it('twice at once at two replicas after a failed one gets one payment (fails without "payment_living_key")', async () => {
    const placed = await shop.started();
    shop.card.change(placed.payment.id, { status: 'canceled' });
    await shop.one.sync.check(placed.payment, 'test');
    const steps = await Promise.all(Array.from({ length: 10 }, (_, index) => start(placed, undefined, { replica: index % 2 === 0 ? shop.one : shop.other })));
    expect(new Set(steps.map(({ step }) => JSON.stringify(step?.action))).size).toBe(1);
    expect(await standing(placed)).toEqual(['card started', 'card failed']);
  });

  it('by another gateway pays there: what he could have paid at the first is called off before', async () => {
    const placed = await shop.started();
    expect((await start(placed, 'wallet')).step).toMatchObject({ processor: 'wallet', action: { url: expect.stringContaining('wallet') as unknown } });
    expect([shop.card.find(placed.payment.id).status, await standing(placed), await shop.status(placed.order)]).toEqual(['canceled', ['wallet started', 'card failed'], 'pending']);
  });

  it('by another gateway, twice at once by either, never has two payments that can be made, and one when he has decided', async () => {
    const placed = await shop.started();
    const all = await Promise.allSettled(['wallet', 'card', 'wallet', 'card'].map((processor, index) => start(placed, processor, { replica: index % 2 === 0 ? shop.one : shop.other })));
    for (const one of all) if (one.status === 'rejected') expect(one.reason).toBeInstanceOf(PaymentUnderWayError);
    const living = async () => (await standing(placed)).filter((payment) => !payment.includes('failed'));
    // None where each was called off by the next, and nobody had patience any more.
    expect((await living()).length).toBeLessThanOrEqual(1);
    expect([(await start(placed, 'wallet')).step?.processor, await living()]).toEqual(['wallet', ['wallet started']]);
  });

  it('by another gateway, while somebody else begins again by the first: he is told so, and what the other was sent to can be paid', async () => {
    const placed = await shop.started();
    const turnBack = async (verb: string) => {
      if (verb !== 'start') return;
      shop.wallet.before = () => Promise.resolve();
      await start(placed, 'card', { replica: shop.other });
      shop.wallet.before = turnBack;
    };
    shop.wallet.before = turnBack;
    await expect(start(placed, 'wallet')).rejects.toThrow(PaymentUnderWayError);
    expect(await standing(placed)).toEqual(['card started', 'wallet failed', 'card failed']);
    expect(await shop.status(placed.order)).toBe('pending');
  });

  it('by another gateway, when he had just paid at the first: his order is open, and nothing is begun', async () => {
    const placed = await shop.started();
    shop.card.pay(placed.payment.id);
    expect(await start(placed, 'wallet')).toMatchObject({ order: { status: 'open' }, step: null });
    expect([await standing(placed), openings(placed)]).toEqual([['card captured'], 1]);
  });

  it('by another gateway, while the first is at work on it: he is told to wait', async () => {
    const placed = await shop.started();
    shop.card.change(placed.payment.id, { status: 'processing' });
    await expect(start(placed, 'wallet')).rejects.toThrow(PaymentUnderWayError);
    expect(await standing(placed)).toEqual(['card started']);
  });

  it('by another gateway, where the first never took the payment on: no buyer was ever sent there', async () => {
    const placed = await shop.place();
    shop.card.before = () => Promise.reject(LASTING);
    await expect(start(placed)).rejects.toThrow(GatewayUnavailableError);
    expect((await start(placed, 'wallet')).step?.processor).toBe('wallet');
    expect(await standing(placed)).toEqual(['wallet started', 'card failed']);
  });

  it('by another gateway, where the first, which he was sent to, cannot be asked: nothing changes', async () => {
    const placed = await shop.started();
    shop.card.before = () => Promise.reject(AWAY);
    await expect(start(placed, 'wallet')).rejects.toMatchObject({ code: 'gateway_unavailable', retryAfterMs: 30_000 });
    expect(await standing(placed)).toEqual(['card started']);
  });

  it.each([
    ['gateway_unavailable', AWAY, /in a moment/],
    ['gateway_failed', LASTING, /does not deal with this payment\. Another payment processor may\.$/],
    ['gateway_failed', SUM, /does not take this amount or currency\. Another payment processor may\.$/],
  ])('is told %s, and not what the gateway said', async (code, failure, words) => {
    const placed = await shop.started();
    shop.card.before = () => Promise.reject(failure);
    await expect(start(placed)).rejects.toMatchObject({ code, message: expect.not.stringMatching(/10\.0\.0\.7|KWD/) as unknown });
    await expect(start(placed)).rejects.toThrow(words);
    expect((await payments(placed))[0]?.failure?.detail).toBe(failure.detail);
  });

  it('is not sent to pay when the order ended while the gateway was asked', async () => {
    const placed = await shop.started();
    shop.card.before = (verb) => (verb === 'start' ? shop.one.orders.expire(placed.order.id, { actor: 'x', reason: null }).then(() => undefined) : Promise.resolve());
    await expect(start(placed)).rejects.toThrow(OrderNotPayableError);
  });

  it('is the learner, or who placed the order: staff who help see nothing that a buyer pays with', async () => {
    const placed = await shop.started({ placedBy: 'sara' });
    const seen = await Promise.all([buyer(placed), { ...STAFF, username: 'sara' }, STAFF].map(async (caller) => (await start(placed, undefined, { caller })).step?.action ?? null));
    expect(seen.map((action) => action !== null)).toEqual([true, true, false]);
    await expect(start(placed, undefined, { caller: { ...STAFF, isStaff: false } })).rejects.toThrow(OrderNotFoundError);
  });

  it.each(['free', 'nobody', '__proto__'])('cannot pay by %j', async (processor) => {
    const placed = await shop.started();
    await expect(start(placed, processor)).rejects.toThrow(CheckoutRefusedError);
  });

  it.each<[string, (placed: Placed) => Promise<unknown>]>([
    ['its time is over', ({ order }) => shop.runOut(order)],
    ['it was given up', giveUp],
    ['other money has come for it', ({ payment }) => Promise.resolve(shop.card.pay(payment.id, { capturedMinor: 1 })).then(() => shop.one.sync.check(payment, 'test'))],
  ])('cannot pay when %s', async (_, change) => {
    const placed = await shop.started();
    await change(placed);
    await expect(start(placed)).rejects.toThrow(OrderNotPayableError);
  });
});

describe('what changed since it was ordered', () => {
  const change = (placed: Placed, quote: Parameters<typeof shop.quotes.set>[1]) => shop.quotes.set(String(placed.order.lines[0]?.sku), quote);

  it.each<[string, Parameters<typeof shop.quotes.set>[1]]>([
    ['price_changed', { unitPriceMinor: 4_901 }],
    ['price_changed', { unitPriceMinor: 1 }],
    ['price_changed', { currency: 'EUR' }],
    ['no_longer_sold', { availability: 'no_longer_sold' }],
    ['no_longer_sold', null],
  ])('ends the order (%s: %j), before anything is paid', async (code, quote) => {
    const placed = await shop.started();
    change(placed, quote);
    await expect(start(placed)).rejects.toMatchObject({ code });
    expect([await shop.status(placed.order), shop.card.find(placed.payment.id).status]).toEqual(['expired', 'canceled']);
  });

  it('comes too late for whoever had paid what it was', async () => {
    const placed = await shop.started();
    change(placed, { unitPriceMinor: 9_900 });
    shop.card.pay(placed.payment.id);
    expect(await start(placed)).toMatchObject({ order: { status: 'open' }, step: null });
  });

  it('is looked at before money is taken that the buyer has agreed to', async () => {
    const placed = await shop.started();
    change(placed, { unitPriceMinor: 9_900 });
    shop.card.change(placed.payment.id, { status: 'approved' });
    await expect(confirm(placed)).rejects.toThrow(OrderOutdatedError);
    expect([await shop.status(placed.order), shop.card.calls('confirm'), shop.card.find(placed.payment.id)]).toMatchObject(['expired', 0, { status: 'canceled', capturedMinor: 0 }]);
  });

  it('ends nothing while the gateway is at work on the payment: nobody says that nothing was paid', async () => {
    const placed = await shop.started();
    change(placed, { unitPriceMinor: 9_900 });
    shop.card.change(placed.payment.id, { status: 'processing' });
    await expect(start(placed)).rejects.toThrow(PaymentUnderWayError);
    expect(await shop.status(placed.order)).toBe('pending');
  });

  it('ends nothing while the payment cannot be called off', async () => {
    const placed = await shop.started();
    change(placed, null);
    shop.card.before = () => Promise.reject(AWAY);
    await expect(start(placed)).rejects.toThrow(GatewayUnavailableError);
    expect(await shop.status(placed.order)).toBe('pending');
  });
});

describe('a buyer who says that he has paid', () => {
  it('is not believed: the gateway is asked', async () => {
    const placed = await shop.started();
    expect(await confirm(placed)).toMatchObject({ order: { status: 'pending' }, step: { processor: 'card', action: null, declined: null, problem: null } });
    shop.card.change(placed.payment.id, { declined: 'Your card was declined.' });
    expect((await confirm(placed)).step?.declined).toBe('Your card was declined.');
    shop.card.pay(placed.payment.id);
    expect(await confirm(placed)).toMatchObject({ order: { status: 'open' }, step: null });
    expect(await confirm(placed)).toMatchObject({ order: { status: 'open' }, step: null });
    expect(openings(placed)).toBe(1);
  });

  it('and has agreed to it has his money taken, once, by ten at once', async () => {
    const placed = await shop.started();
    shop.card.change(placed.payment.id, { status: 'approved' });
    const confirmed = await Promise.all(Array.from({ length: 10 }, () => confirm(placed)));
    expect(confirmed.every(({ order }) => order.status === 'open')).toBe(true);
    expect(openings(placed)).toBe(1);
  });

  it('has no money taken when his order\'s time is over', async () => {
    const placed = await shop.started();
    shop.card.change(placed.payment.id, { status: 'approved' });
    await shop.runOut(placed.order);
    await expect(confirm(placed)).rejects.toThrow(OrderNotPayableError);
    expect([shop.card.calls('confirm'), await shop.status(placed.order)]).toEqual([0, 'pending']);
  });

  it('and had agreed to what was called off since has no money taken: he pays by another', async () => {
    const placed = await shop.started();
    shop.card.knowsNoCancel = true;
    shop.card.change(placed.payment.id, { status: 'approved' });
    await shop.one.sync.cancel(placed.payment, 'test');
    expect(await confirm(placed)).toMatchObject({ order: { status: 'payment_error' }, step: { problem: expect.stringMatching(/can no longer be made/) as unknown } });
    expect([shop.card.calls('confirm'), shop.card.find(placed.payment.id).capturedMinor]).toEqual([0, 0]);
  });

  it('too late is told so, and his money is known to be there', async () => {
    const placed = await shop.started();
    await giveUp(placed);
    shop.card.pay(placed.payment.id);
    await expect(confirm(placed)).rejects.toThrow(OrderNotPayableError);
    expect((await payments(placed))[0]?.parked).toEqual({ cause: 'order_expired', action: 'ask' });
  });

  it('of another sum is told that somebody looks at it', async () => {
    const placed = await shop.started();
    shop.card.pay(placed.payment.id, { capturedMinor: 1 });
    expect((await confirm(placed)).step?.problem).toMatch(/our staff look at it/);
  });

  it('while the gateway cannot be asked is told to ask again', async () => {
    const placed = await shop.started();
    shop.card.before = () => Promise.reject(AWAY);
    await expect(confirm(placed)).rejects.toMatchObject({ code: 'gateway_unavailable', retryAfterMs: 30_000 });
  });

  it('where no payment was ever begun is told how to begin one', async () => {
    const placed = await shop.place();
    await shop.one.ledger.abandon(placed.payment);
    expect((await confirm(placed)).step?.problem).toMatch(/payment\/start/);
    expect(shop.card.called).toEqual([]);
  });

  it('is the learner himself, or staff', async () => {
    const placed = await shop.started();
    await expect(confirm(placed, { ...STAFF, isStaff: false })).rejects.toThrow(OrderNotFoundError);
    await expect(confirm(placed, STAFF)).resolves.toMatchObject({ order: { status: 'pending' } });
  });
});

describe('a buyer who has agreed to pay, and did not come back', () => {
  const absent = async () => {
    const placed = await shop.started();
    shop.card.knowsNoCancel = true;
    shop.card.change(placed.payment.id, { status: 'approved' });
    return placed;
  };

  it('has his money taken', async () => {
    const placed = await absent();
    await shop.one.approvals.takeInAbsence(placed.payment);
    expect([await shop.status(placed.order), openings(placed)]).toEqual(['open', 1]);
  });

  it('and went on to another gateway, pays there alone: the first, still approved there, is not taken by a late webhook', async () => {
    const placed = await absent();
    await start(placed, 'wallet');
    const [second, first] = await payments(placed);
    if (!first || !second) throw new Error('There are two payments.');
    await shop.other.sync.advance(first, 'webhook:card');
    await shop.other.approvals.takeInAbsence(first);
    shop.wallet.pay(second.id);
    await shop.one.sync.check(second, 'webhook:wallet');
    expect([shop.consequences.approvedOf.includes(first.id), shop.card.calls('confirm'), await standing(placed)]).toEqual([false, 0, ['wallet captured', 'card failed']]);
  });

  it.each<[string, (placed: Placed) => unknown]>([
    ['its gateway is at work on it by now', ({ payment }) => shop.card.change(payment.id, { status: 'processing' })],
    ['its time is over', ({ order }) => shop.runOut(order)],
  ])('is left alone when %s', async (_, change) => {
    const placed = await absent();
    shop.quotes.set(String(placed.order.lines[0]?.sku), { unitPriceMinor: 9_900 });
    await change(placed);
    await shop.one.approvals.takeInAbsence(placed.payment);
    expect([shop.card.calls('confirm'), await shop.status(placed.order)]).toEqual([0, 'pending']);
  });
});

describe('an order that is given up', () => {
  it('has expired, and its payment can never be made; again, it stays so', async () => {
    const placed = await shop.started();
    expect([(await giveUp(placed)).status, (await giveUp(placed, STAFF)).status]).toEqual(['expired', 'expired']);
    expect(shop.card.find(placed.payment.id).status).toBe('canceled');
  });

  it('when it was paid for just now is open, and says so', async () => {
    const placed = await shop.started();
    shop.card.pay(placed.payment.id);
    await expect(giveUp(placed)).rejects.toThrow(OrderPaidError);
    expect([await shop.status(placed.order), openings(placed)]).toEqual(['open', 1]);
  });

  it('while its gateway is at work on the payment waits for that, and says so', async () => {
    const placed = await shop.started();
    shop.card.change(placed.payment.id, { status: 'processing' });
    await expect(giveUp(placed)).rejects.toThrow(PaymentUnderWayError);
    expect([await shop.status(placed.order), await standing(placed)]).toEqual(['pending', ['card started']]);
  });

  it('waits on while the gateway cannot be asked', async () => {
    const placed = await shop.started();
    shop.card.before = () => Promise.reject(AWAY);
    await expect(giveUp(placed)).rejects.toThrow(GatewayUnavailableError);
    expect(await shop.status(placed.order)).toBe('pending');
  });
});
