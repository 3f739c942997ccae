import { z } from 'zod';
import type { ListedPayment, PaymentWindow } from '../contract/payment-processor.js';
import type { GatewayCall } from '../gateway-calls/gateway.call.js';
import { fromPayPal } from './paypal-amounts.js';
import { type PayPalClient, believed, read } from './paypal.client.js';
import { Id, Money, marksOf } from './paypal.reading.js';

const SECOND_MS = 1_000;
const PAGE_SIZE = 500;
/** PayPal answers for 31 days at a time. */
const SPAN_MS = 30 * 24 * 60 * 60 * 1_000;
const PAYMENT = 'T0006';
const REFUND = 'T1107';
/** Done, and done with some or all of it returned since. */
const TAKEN: ReadonlySet<string> = new Set(['S', 'V', 'F']);

const Text = z.string().nullish();
const Transaction = z.object({
  transaction_id: Id,
  paypal_reference_id: Text,
  paypal_reference_id_type: Text,
  transaction_event_code: z.string(),
  transaction_initiation_date: z.string().transform((text) => new Date(text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'))).refine((at) => !Number.isNaN(at.getTime())),
  transaction_amount: Money,
  transaction_status: z.string(),
  invoice_id: Text,
  custom_field: Text,
});
type Transaction = z.infer<typeof Transaction>;
const Report = z.object({ transaction_details: z.array(z.object({ transaction_info: Transaction })).nullish(), total_pages: z.int().nonnegative().nullish() });

interface Source {
  readonly client: PayPalClient;
  /** A page has a time of its own. */
  readonly callFor: () => GatewayCall;
}

/**
 * The payments that were taken in a window, to the second: PayPal's report knows no parts of them. What was returned of them is counted until now, in
 * memory: so many refunds as there were since.
 */
export async function* listedPayments({ since, until }: PaymentWindow, source: Source): AsyncGenerator<ListedPayment> {
  const refunded = await refundsSince(since, source);
  for await (const [transaction, call] of transactions(PAYMENT, since, until, source)) {
    if (TAKEN.has(transaction.transaction_status)) yield listed(transaction, refunded.get(transaction.transaction_id) ?? 0, call);
  }
}

/** By the identifier of the capture. */
async function refundsSince(since: Date, source: Source): Promise<ReadonlyMap<string, number>> {
  const refunded = new Map<string, number>();
  const soon = new Date(Date.now() + SECOND_MS);
  for await (const [refund, call] of transactions(REFUND, since, soon, source)) {
    const capture = refund.paypal_reference_id ?? '';
    if (TAKEN.has(refund.transaction_status)) refunded.set(capture, (refunded.get(capture) ?? 0) + amountOf(refund, call));
  }
  return refunded;
}

async function* transactions(code: string, since: Date, until: Date, { client, callFor }: Source): AsyncGenerator<readonly [Transaction, GatewayCall]> {
  const [begin, end] = [since, until].map((time) => Math.floor(time.getTime() / SECOND_MS) * SECOND_MS) as [number, number];
  for (let fromMs = begin; fromMs < end; fromMs += SPAN_MS) {
    const [from, to] = [new Date(fromMs), new Date(Math.min(fromMs + SPAN_MS, end))];
    for (let page = 1, pages = 1; page <= pages; page += 1) {
      const call = callFor();
      const span = { start_date: from.toISOString(), end_date: to.toISOString() };
      const query = new URLSearchParams({ ...span, transaction_type: code, fields: 'transaction_info', page_size: String(PAGE_SIZE), page: String(page) });
      const report = read(Report, await client.ask({ method: 'GET', path: `/v1/reporting/transactions?${query.toString()}` }, call), call);
      pages = report.total_pages ?? 1;
      for (const { transaction_info: transaction } of report.transaction_details ?? []) if (isWithin(transaction, code, from, to)) yield [transaction, call];
    }
  }
}

/** PayPal includes the last second. */
function isWithin({ transaction_event_code, transaction_initiation_date: at }: Transaction, code: string, from: Date, to: Date): boolean {
  return transaction_event_code === code && from <= at && at < to;
}

function listed(transaction: Transaction, refundedMinor: number, call: GatewayCall): ListedPayment {
  const { transaction_id: captureReference, paypal_reference_id_type: type, paypal_reference_id: related } = transaction;
  return {
    reference: type === 'ODR' && related ? related : captureReference,
    captureReference,
    ...marksOf(transaction.custom_field, transaction.invoice_id),
    capturedMinor: amountOf(transaction, call),
    currency: transaction.transaction_amount.currency_code,
    refundedMinor,
    at: transaction.transaction_initiation_date,
  };
}

function amountOf({ transaction_amount: { value, currency_code } }: Transaction, call: GatewayCall): number {
  return Math.abs(believed(fromPayPal(value, currency_code), call));
}
