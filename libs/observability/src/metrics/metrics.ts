import { Gauge, Registry, collectDefaultMetrics, type Histogram } from 'prom-client';
import type { BacklogFacts, DeliveryFacts, DependencyFacts, DifferenceFacts, ParkedPaymentFacts, PaymentEventFacts, PaymentWatchFacts, PublicationFacts, ReconciliationFacts, RefundFacts, WakeupFacts, WebhookResult } from './facts.js';
import { label } from './label.js';
import { Question } from './question.js';
import { backlogReadings, dependencyReadings, differenceReadings, parkedPaymentReadings, paymentEventReadings, paymentWatchReadings, publicationReadings, reconciliationReadings, refundReadings, wakeupReadings, type Reading } from './readings.js';
import { createSeries } from './series.js';

const ANSWER_WITHIN_MS = 2_000;

/**
 * The figures of one process, for Prometheus. Labels are product types, kinds, states and names of dependencies: nothing personal.
 *
 * What happens is counted as it happens, and counting never throws. What is so (backlog, breakers, queue) is asked at each
 * scrape. A question that fails or is late leaves its gauges out of that scrape, and `fulfillment_scrape_errors_total` counts it.
 */
export class Metrics {
  readonly contentType = Registry.PROMETHEUS_CONTENT_TYPE;
  private readonly registry = new Registry();
  private readonly series = createSeries(this.registry);
  private readonly questions: Question[] = [];
  private rendering: Promise<string> | null = null;

  /** One instance for each process: the figures of Node itself are in it too. */
  constructor(
    private readonly service: string,
    private readonly answerWithinMs = ANSWER_WITHIN_MS,
  ) {
    this.registry.setDefaultLabels({ service });
    collectDefaultMetrics({ register: this.registry });
  }

  /** Counts one settled attempt. */
  delivery({ productType, outcome, kind, durationMs }: DeliveryFacts): void {
    const product_type = label(productType);
    this.series.deliveries.inc({ product_type, outcome, failure_kind: kind === null ? 'none' : label(kind) });
    if (durationMs !== null) observe(this.series.callSeconds, product_type, durationMs / 1000);
  }

  /** Counts a line that has become fulfilled: once for each. */
  fulfilled(productType: string, secondsSincePaid: number): void {
    observe(this.series.paidToFulfilledSeconds, label(productType), secondsSincePaid);
  }

  /** Counts a lease that ran out, when its line is claimed again. */
  leaseExpired(productType: string): void {
    this.series.leaseExpiries.inc({ product_type: label(productType) });
  }

  /** Counts a refund whose money went back, by the processor that returned it. */
  refundReturned(processor: string): void {
    this.series.refundsReturned.inc({ processor: label(processor) });
  }

  /** Counts a refund of which its gateway says that it failed after it had said that it was done. */
  refundBounced(processor: string): void {
    this.series.refundsBounced.inc({ processor: label(processor) });
  }

  /** Counts a webhook of a payment gateway that is on record. */
  webhookReceived(processor: string, result: WebhookResult): void {
    this.series.webhooksReceived.inc({ processor: label(processor), result });
  }

  /** Counts a webhook that was sent to the address of a payment gateway, and refused. */
  webhookRefused(processor: string, why: string): void {
    this.series.webhooksRefused.inc({ processor: label(processor), why: label(why) });
  }

  /** Has the backlog asked at each scrape. Each kind of question can be set once. */
  backlog(ask: () => Promise<BacklogFacts>): void {
    this.question('backlog', async () => backlogReadings(await ask()));
  }

  /** Has the systems that we call asked for at each scrape. Names come from the configuration. */
  dependencies(ask: () => Promise<readonly DependencyFacts[]>): void {
    this.question('dependencies', async () => dependencyReadings(await ask()));
  }

  /** Has the queue asked at each scrape. */
  wakeups(ask: () => Promise<WakeupFacts>): void {
    this.question('wakeups', async () => wakeupReadings(await ask()));
  }

  /** Has what the LMS does not know of the catalog asked for at each scrape. */
  publications(ask: () => Promise<PublicationFacts>): void {
    this.question('publications', async () => publicationReadings(await ask()));
  }

  /** Has the refunds asked for at each scrape that are not over. */
  refunds(ask: () => Promise<RefundFacts>): void {
    this.question('refunds', async () => refundReadings(await ask()));
  }

  /** Has the payments asked for at each scrape whose money opened no order. */
  parkedPayments(ask: () => Promise<ParkedPaymentFacts>): void {
    this.question('parked_payments', async () => parkedPaymentReadings(await ask()));
  }

  /** Has the inbox of the payment gateways' webhooks asked for at each scrape. */
  paymentEvents(ask: () => Promise<PaymentEventFacts>): void {
    this.question('payment_events', async () => paymentEventReadings(await ask()));
  }

  /** Has what the last comparison with each payment gateway left asked for at each scrape. */
  paymentDifferences(ask: () => Promise<readonly DifferenceFacts[]>): void {
    this.question('payment_differences', async () => differenceReadings(await ask()));
  }

  /** Has asked for at each scrape whether payments can be read back, and unpaid orders ended. */
  paymentWatch(ask: () => Promise<PaymentWatchFacts>): void {
    this.question('payments', async () => paymentWatchReadings(await ask()));
  }

  /** Has the time since the last complete comparison with each payment gateway asked for at each scrape. */
  paymentReconciliations(ask: () => Promise<readonly ReconciliationFacts[]>): void {
    this.question('payment_reconciliations', async () => reconciliationReadings(await ask()));
  }

  /** Everything in the text format of Prometheus; takes at most 2 s, and never fails over a question. Scrapes at the same time share one answer. */
  text(): Promise<string> {
    this.rendering ??= this.render().finally(() => (this.rendering = null));
    return this.rendering;
  }

  private question(name: string, ask: () => Promise<readonly Reading[]>): void {
    if (this.questions.some((question) => question.name === name)) throw new Error(`The question "${name}" is set already.`);
    this.questions.push(new Question(name, ask));
    // A counter that is not there before its first error hides that error from rate().
    this.series.scrapeErrors.inc({ question: name }, 0);
  }

  private async render(): Promise<string> {
    const readings = await Promise.all(this.questions.map((question) => this.readingsOf(question)));
    // Gauges live for one scrape, so that none shows an old answer.
    const gauges = new Registry();
    gauges.setDefaultLabels({ service: this.service });
    for (const reading of readings.flat()) show(reading, gauges);
    return (await this.registry.metrics()) + (await gauges.metrics());
  }

  private async readingsOf(question: Question): Promise<readonly Reading[]> {
    try {
      return await question.answer(this.answerWithinMs);
    } catch {
      this.series.scrapeErrors.inc({ question: question.name });
      return [];
    }
  }
}

/** A clock that was set back makes a time negative: that counts as none. */
function observe(histogram: Histogram<'product_type'>, product_type: string, seconds: number): void {
  if (Number.isFinite(seconds)) histogram.observe({ product_type }, Math.max(0, seconds));
}

/** A gauge without labels would show 0 for what was never said, so one without samples is not made. */
function show({ name, help, samples }: Reading, register: Registry): void {
  const [first] = samples;
  if (first === undefined) return;
  const gauge = new Gauge({ name, help, labelNames: Object.keys(first.labels), registers: [register] });
  for (const { labels, value } of samples) gauge.set(labels, value);
}
