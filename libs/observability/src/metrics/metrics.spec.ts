import type { BacklogFacts } from './facts.js';
import { Metrics } from './metrics.js';
import { readScrape } from './scrape.fake.js';

const BACKLOG: BacklogFacts = { oldestUnfulfilledPaidSeconds: 61.5, due: 3, waiting: 4, failed: 5, held: 6, lapsedLeases: 7, accepted: 8, overdue: 9 };
const GAUGES = ['oldest_unfulfilled_paid_seconds', 'due_lines', 'waiting_lines', 'failed_lines', 'held_lines', 'lapsed_leases', 'accepted_lines', 'overdue_accepted_lines'];
const never = () => new Promise<never>(() => undefined);

/** For questions that are never answered: how long a scrape waits for one. */
const SHORT_MS = 1;

/** The series of a scrape whose names begin like this, without the label of the service. */
async function seriesOf(metrics: Metrics, prefix = /^(fulfillment|of)_/): Promise<Record<string, number>> {
  const { series } = readScrape(await metrics.text());
  const ours = [...series].filter(([name]) => prefix.test(name));
  return Object.fromEntries(ours.map(([name, value]) => [name.replace(/,?service="api"/, '').replace('{}', '').replace('{,', '{'), value]));
}

let metrics: Metrics;
beforeEach(() => {
  metrics = new Metrics('api', SHORT_MS);
});

describe('a scrape', () => {
  it('is what Prometheus can read: every series once, with its HELP and TYPE, its service and the figures of Node', async () => {
    metrics = new Metrics('api');
    metrics.backlog(() => Promise.resolve(BACKLOG));
    metrics.dependencies(() => Promise.resolve([{ name: 'lms', breaker: 'closed', paused: false }]));
    metrics.wakeups(() => Promise.resolve({ waiting: 1, active: 2, delayed: 3, failed: 0 }));
    for (const kind of [null, 'network', 'network']) metrics.delivery({ productType: 'seat', outcome: kind === null ? 'fulfilled' : 'waiting', kind, durationMs: 7 });
    metrics.delivery({ productType: 'donation', outcome: 'lost', kind: 'a "quoted"\\\nline', durationMs: null });
    metrics.fulfilled('seat', 3);
    metrics.leaseExpired('seat');
    const { series, types } = readScrape(await metrics.text());
    expect([...series.keys()].filter((name) => !name.includes('service="api"'))).toEqual([]);
    expect(Object.fromEntries([...types].filter(([name]) => /^(fulfillment|of)_/.test(name)))).toEqual({
      fulfillment_deliveries_total: 'counter',
      fulfillment_delivery_duration_seconds: 'histogram',
      fulfillment_time_to_fulfilled_seconds: 'histogram',
      fulfillment_lease_expiries_total: 'counter',
      fulfillment_scrape_errors_total: 'counter',
      ...Object.fromEntries(GAUGES.map((name) => [`fulfillment_${name}`, 'gauge'])),
      fulfillment_dependency_breaker_state: 'gauge',
      fulfillment_dependency_paused: 'gauge',
      fulfillment_wakeups: 'gauge',
    });
    expect([...types.keys()]).toEqual(expect.arrayContaining(['process_cpu_seconds_total', 'nodejs_heap_size_used_bytes', 'nodejs_eventloop_lag_seconds']));
  });

  it('is of this instance only', async () => {
    metrics.leaseExpired('seat');
    expect(await seriesOf(new Metrics('api'))).toEqual({});
  });

  it('at the same time as another asks once for both', async () => {
    let asked = 0;
    metrics = new Metrics('api');
    metrics.backlog(() => Promise.resolve({ ...BACKLOG, due: ++asked }));
    const [one, two] = await Promise.all([metrics.text(), metrics.text()]);
    expect([one === two, asked]).toEqual([true, 1]);
    expect(await seriesOf(metrics, /due_lines/)).toEqual({ fulfillment_due_lines: 2 });
  });
});

it('publications are asked for at each scrape', async () => {
  metrics = new Metrics('api');
  metrics.publications(() => Promise.resolve({ waiting: 1, failed: 2, confirmRequired: 3, oldestWaitingSeconds: 4.5 }));
  expect(await seriesOf(metrics, /^catalog_/)).toEqual({
    catalog_publications_waiting: 1,
    catalog_publications_failed: 2,
    catalog_publications_confirm_required: 3,
    catalog_oldest_waiting_publication_seconds: 4.5,
  });
});

describe('refunds', () => {
  it('that are not over, and money that opened no order, are asked for at each scrape', async () => {
    metrics = new Metrics('api');
    metrics.refunds(() => Promise.resolve({ open: { requested: 2, money_error: 0 }, oldestMoneySeconds: 61.5, oldestAccessSeconds: 0 }));
    metrics.parkedPayments(() => Promise.resolve({ order_expired: 1 }));
    expect(await seriesOf(metrics, /^(refunds|payments)_/)).toEqual({
      'refunds_open{status="requested"}': 2,
      'refunds_open{status="money_error"}': 0,
      'refunds_oldest_open_seconds{half="money"}': 61.5,
      'refunds_oldest_open_seconds{half="access"}': 0,
      'payments_parked{cause="order_expired"}': 1,
    });
  });

  it('are counted when their money went back, and when it came to be with us again', async () => {
    for (const processor of ['card', 'card', 'paypal']) metrics.refundReturned(processor);
    metrics.refundBounced('card');
    expect(await seriesOf(metrics, /^refunds_/)).toEqual({ 'refunds_money_returned_total{processor="card"}': 2, 'refunds_money_returned_total{processor="paypal"}': 1, 'refunds_bounced_total{processor="card"}': 1 });
  });
});

it('what a payment gateway and our payments did not agree on is asked for at each scrape', async () => {
  metrics = new Metrics('api');
  metrics.paymentDifferences(() => Promise.resolve([{ processor: 'card', kind: 'here_not_there', count: 2 }, { processor: 'card', kind: 'amount_differs', count: 0 }]));
  expect(await seriesOf(metrics, /^payment_differences/)).toEqual({ 'payment_differences{processor="card",kind="here_not_there"}': 2, 'payment_differences{processor="card",kind="amount_differs"}': 0 });
});

it('whether payments can be read back, and compared, is asked for at each scrape', async () => {
  metrics = new Metrics('api');
  metrics.paymentWatch(() => Promise.resolve({ failing: [{ processor: 'card', kind: 'configuration', count: 3 }], oldestDueSeconds: 1.5, oldestExpiryDueSeconds: 2 }));
  metrics.paymentReconciliations(() => Promise.resolve([{ processor: 'card', seconds: 90_000 }]));
  expect(await seriesOf(metrics, /^(payments|orders|payment_reconciliation)_/)).toEqual({
    'payments_failing{processor="card",kind="configuration"}': 3,
    payments_oldest_due_seconds: 1.5,
    orders_expiry_oldest_due_seconds: 2,
    'payment_reconciliation_age_seconds{processor="card"}': 90_000,
  });
});

describe('webhooks', () => {
  it('are counted by what came of them, and refused ones by why', async () => {
    for (const result of ['new', 'known', 'known', 'ignored'] as const) metrics.webhookReceived('stripe', result);
    metrics.webhookRefused('paypal', 'signature_wrong');
    expect(await seriesOf(metrics, /^webhook_/)).toEqual({
      'webhook_received_total{processor="stripe",result="new"}': 1,
      'webhook_received_total{processor="stripe",result="known"}': 2,
      'webhook_received_total{processor="stripe",result="ignored"}': 1,
      'webhook_refused_total{processor="paypal",why="signature_wrong"}': 1,
    });
  });

  it('that are on record and not done are asked for at each scrape', async () => {
    metrics = new Metrics('api');
    metrics.paymentEvents(() => Promise.resolve({ waiting: 1, parked: 2, oldestWaitingSeconds: 3.5, oldestParkedSeconds: 4.5 }));
    expect(await seriesOf(metrics, /^payment_events_/)).toEqual({ payment_events_waiting: 1, payment_events_parked: 2, payment_events_oldest_waiting_seconds: 3.5, payment_events_oldest_parked_seconds: 4.5 });
  });
});

describe('what happens', () => {
  it('is counted: attempts by type, outcome and kind, with what their calls took in seconds', async () => {
    metrics.delivery({ productType: 'seat', outcome: 'fulfilled', kind: null, durationMs: 240 });
    metrics.delivery({ productType: 'seat', outcome: 'waiting', kind: 'timeout', durationMs: 7_000 });
    metrics.delivery({ productType: 'seat', outcome: 'waiting', kind: 'timeout', durationMs: null });
    const series = await seriesOf(metrics, /^fulfillment_deliver/);
    expect(series).toMatchObject({
      'fulfillment_deliveries_total{product_type="seat",outcome="fulfilled",failure_kind="none"}': 1,
      'fulfillment_deliveries_total{product_type="seat",outcome="waiting",failure_kind="timeout"}': 2,
      'fulfillment_delivery_duration_seconds_count{product_type="seat"}': 2,
      'fulfillment_delivery_duration_seconds_sum{product_type="seat"}': 7.24,
      'fulfillment_delivery_duration_seconds_bucket{le="0.25",product_type="seat"}': 1,
      'fulfillment_delivery_duration_seconds_bucket{le="10",product_type="seat"}': 2,
    });
  });

  it('keeps the way from payment to delivered apart, from a moment to a month', async () => {
    for (const seconds of [0.05, 3_600, 30 * 86_400, 31 * 86_400]) metrics.fulfilled('seat', seconds);
    expect(await seriesOf(metrics, /^fulfillment_time_to_fulfilled_seconds_(bucket|count)/)).toMatchObject({
      'fulfillment_time_to_fulfilled_seconds_bucket{le="0.1",product_type="seat"}': 1,
      'fulfillment_time_to_fulfilled_seconds_bucket{le="3600",product_type="seat"}': 2,
      'fulfillment_time_to_fulfilled_seconds_bucket{le="2592000",product_type="seat"}': 3,
      'fulfillment_time_to_fulfilled_seconds_bucket{le="+Inf",product_type="seat"}': 4,
    });
  });

  it('never throws, whatever the figures: a clock that was set back counts as no time, and what is no number is left out', async () => {
    for (const seconds of [-3_600, Number.NaN, Number.POSITIVE_INFINITY]) {
      metrics.fulfilled('seat', seconds);
      metrics.delivery({ productType: 'seat', outcome: 'fulfilled', kind: null, durationMs: seconds });
    }
    expect(await seriesOf(metrics, /_(sum|count)\{/)).toMatchObject({
      'fulfillment_time_to_fulfilled_seconds_sum{product_type="seat"}': 0,
      'fulfillment_time_to_fulfilled_seconds_count{product_type="seat"}': 1,
      'fulfillment_delivery_duration_seconds_count{product_type="seat"}': 1,
    });
  });

  it.each([
    ['long', '🎓'.repeat(100), '🎓'.repeat(64)],
    ['empty', '', 'unknown'],
    ['half a character', 'a\ud800', 'a\ufffd'],
    ['with an end of line', 'a\nb"\\', 'a\\nb\\"\\\\'],
  ])('stands under a label that is always safe: %s', async (_, productType, shown) => {
    metrics.leaseExpired(productType);
    expect(await seriesOf(metrics, /^fulfillment_lease/)).toEqual({ [`fulfillment_lease_expiries_total{product_type="${shown}"}`]: 1 });
  });
});

describe('what is so', () => {
  beforeEach(() => {
    metrics = new Metrics('api');
  });

  it('is asked: the backlog', async () => {
    metrics.backlog(() => Promise.resolve(BACKLOG));
    expect(await seriesOf(metrics, /^fulfillment_(?!scrape_errors)/)).toEqual(Object.fromEntries(GAUGES.map((name, at) => [`fulfillment_${name}`, Object.values(BACKLOG)[at]])));
  });

  it('is asked: the state of each system that we call', async () => {
    metrics.dependencies(() =>
      Promise.resolve([
        { name: 'lms', breaker: 'open', paused: true },
        { name: 'mail', breaker: 'half_open', paused: false },
        { name: 'tax', breaker: 'closed', paused: false },
      ]),
    );
    expect(await seriesOf(metrics, /^fulfillment_(?!scrape_errors)/)).toEqual({
      'fulfillment_dependency_breaker_state{dependency="lms"}': 2,
      'fulfillment_dependency_breaker_state{dependency="mail"}': 1,
      'fulfillment_dependency_breaker_state{dependency="tax"}': 0,
      'fulfillment_dependency_paused{dependency="lms"}': 1,
      'fulfillment_dependency_paused{dependency="mail"}': 0,
      'fulfillment_dependency_paused{dependency="tax"}': 0,
    });
  });

  it('is asked: the queue, and of its figures only those that we name', async () => {
    const jobs = { waiting: 1, active: 2, completed: 99, delayed: 3, failed: 4 };
    metrics.wakeups(() => Promise.resolve(jobs));
    expect(await seriesOf(metrics, /^fulfillment_(?!scrape_errors)/)).toEqual({
      'fulfillment_wakeups{state="waiting"}': 1,
      'fulfillment_wakeups{state="active"}': 2,
      'fulfillment_wakeups{state="delayed"}': 3,
      'fulfillment_wakeups{state="failed"}': 4,
    });
  });

  it('shows nothing of what has gone since, and no 0 where nothing was said', async () => {
    let names = ['lms', 'mail'];
    metrics.dependencies(() => Promise.resolve(names.map((name) => ({ name, breaker: 'open' as const, paused: false }))));
    await metrics.text();
    names = ['lms'];
    expect(await seriesOf(metrics, /^fulfillment_(?!scrape_errors)/)).toEqual({ 'fulfillment_dependency_breaker_state{dependency="lms"}': 2, 'fulfillment_dependency_paused{dependency="lms"}': 0 });
    names = [];
    expect(await seriesOf(metrics, /^fulfillment_(?!scrape_errors)/)).toEqual({});
  });

  it('cannot be asked in two ways', () => {
    metrics.backlog(never);
    expect(() => metrics.backlog(never)).toThrow('The question "backlog" is set already.');
  });
});

describe('a question without an answer', () => {
  it.each<[string, () => Promise<BacklogFacts>]>([
    ['fails', () => Promise.reject(new Error('hunter2'))],
    ['throws at once', () => { throw new Error('hunter2'); }],
    ['is never answered', never],
    ['is answered with what is no number', () => Promise.resolve({ ...BACKLOG, held: Number.NaN })],
    ['is answered with a text', () => Promise.resolve({ ...BACKLOG, held: '6' as unknown as number })],
    ['is answered with nothing', () => Promise.resolve(null as unknown as BacklogFacts)],
  ])('leaves its gauges out of the scrape, is counted, and takes nothing else along: it %s', async (_, ask) => {
    metrics.backlog(ask);
    metrics.wakeups(() => Promise.resolve({ waiting: 1, active: 0, delayed: 0, failed: 0 }));
    metrics.leaseExpired('seat');
    const series = await seriesOf(metrics);
    expect(series).toMatchObject({ 'fulfillment_scrape_errors_total{question="backlog"}': 1, 'fulfillment_scrape_errors_total{question="wakeups"}': 0, 'fulfillment_wakeups{state="waiting"}': 1, 'fulfillment_lease_expiries_total{product_type="seat"}': 1 });
    expect(Object.keys(series).filter((name) => GAUGES.some((gauge) => name.includes(gauge)))).toEqual([]);
    expect(await metrics.text()).not.toMatch(/hunter2/);
  });

  it('shows no old answer, and a new one as soon as there is one', async () => {
    const answers: (() => Promise<BacklogFacts>)[] = [() => Promise.resolve(BACKLOG), () => Promise.reject(new Error('away')), () => Promise.resolve({ ...BACKLOG, due: 9 })];
    metrics = new Metrics('api');
    metrics.backlog(() => answers.shift()?.() ?? never());
    const due = async () => (await seriesOf(metrics, /due_lines/))['fulfillment_due_lines'];
    expect([await due(), await due(), await due()]).toEqual([3, undefined, 9]);
  });

  it('is not asked again while it is open, until it has been missed four times', async () => {
    let asked = 0;
    metrics.backlog(() => (asked++, never()));
    const seen: number[] = [];
    for (let scrape = 0; scrape < 9; scrape++) {
      await metrics.text();
      seen.push(asked);
    }
    expect(seen).toEqual([1, 1, 1, 1, 2, 2, 2, 2, 3]);
  });
});
