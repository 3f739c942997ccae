import { Counter, Histogram, type Registry } from 'prom-client';

const CALL_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** From a delivery within the checkout to one whose learner registered a month later. */
const PAID_TO_FULFILLED_SECONDS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 4 * HOUR, 12 * HOUR, DAY, 3 * DAY, 7 * DAY, 30 * DAY];

/** What is counted as it happens. */
export function createSeries(register: Registry) {
  const registers = [register];
  return {
    deliveries: new Counter({ name: 'fulfillment_deliveries_total', help: 'Settled delivery attempts.', labelNames: ['product_type', 'outcome', 'failure_kind'], registers }),
    callSeconds: new Histogram({ name: 'fulfillment_delivery_duration_seconds', help: 'Time that the calls of one delivery attempt took.', labelNames: ['product_type'], buckets: CALL_SECONDS, registers }),
    paidToFulfilledSeconds: new Histogram({
      name: 'fulfillment_time_to_fulfilled_seconds',
      help: 'Time from payment to delivered, once for each line.',
      labelNames: ['product_type'],
      buckets: PAID_TO_FULFILLED_SECONDS,
      registers,
    }),
    leaseExpiries: new Counter({ name: 'fulfillment_lease_expiries_total', help: 'Leases that ran out and were taken over.', labelNames: ['product_type'], registers }),
    refundsReturned: new Counter({ name: 'refunds_money_returned_total', help: 'Refunds whose money went back, by the processor that returned it.', labelNames: ['processor'], registers }),
    refundsBounced: new Counter({ name: 'refunds_bounced_total', help: 'Refunds that failed at their gateway after it had said that they were done.', labelNames: ['processor'], registers }),
    webhooksReceived: new Counter({ name: 'webhook_received_total', help: 'Webhooks of payment gateways that were proven and are on record.', labelNames: ['processor', 'result'], registers }),
    webhooksRefused: new Counter({ name: 'webhook_refused_total', help: 'Webhooks that were refused: nothing proves who sent them, or they cannot be read.', labelNames: ['processor', 'why'], registers }),
    scrapeErrors: new Counter({ name: 'fulfillment_scrape_errors_total', help: 'Questions that a scrape got no answer to, so that their gauges are left out.', labelNames: ['question'], registers }),
  };
}
