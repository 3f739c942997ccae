import { z } from 'zod';
import type { GatewayDispute, GatewayPayment, GatewayRefund } from '../contract/gateway-payment.js';
import type { PaymentRequest } from '../contract/payment-processor.js';
import { isUuid } from '../gateway-calls/our-marks.js';
import { fromPayPal } from './paypal-amounts.js';

export const Id = z.string().regex(/^[\w.-]{1,127}$/);
export const Money = z.object({ currency_code: z.string(), value: z.string() });
const Text = z.string().nullish().catch(null);
const Details = z.object({ reason: Text }).nullish().catch(null);

const CaptureStatus = z.enum(['COMPLETED', 'DECLINED', 'PARTIALLY_REFUNDED', 'PENDING', 'REFUNDED', 'FAILED']);
const Capture = z.object({ id: Id, status: CaptureStatus, amount: Money, status_details: Details });
const Refund = z.object({ id: Id, status: z.enum(['CANCELLED', 'FAILED', 'PENDING', 'COMPLETED']), amount: Money, custom_id: Text, status_details: Details });
const Unit = z.object({
  amount: Money,
  custom_id: Text,
  invoice_id: Text,
  payments: z.object({ captures: z.array(Capture).nullish(), refunds: z.array(Refund).nullish() }).nullish(),
});
const Link = z.object({ rel: z.string(), href: z.string() });
const Order = z.object({
  id: Id,
  status: z.enum(['CREATED', 'SAVED', 'APPROVED', 'VOIDED', 'COMPLETED', 'PAYER_ACTION_REQUIRED']),
  // We never make an order of several parts.
  purchase_units: z.tuple([Unit]).transform(([unit]) => unit),
  links: z.array(Link).nullish(),
});
const Dispute = z.object({
  dispute_id: Id,
  status: z.string(),
  dispute_amount: Money,
  dispute_outcome: z.object({ outcome_code: z.string().nullish() }).nullish(),
});

export type PayPalOrder = z.infer<typeof Order>;
export type PayPalDispute = z.infer<typeof Dispute>;
export const PayPalShapes = { order: Order, refund: Refund, dispute: Dispute, disputes: z.object({ items: z.array(Dispute).nullish(), links: z.array(Link).nullish() }) } as const;

const TAKEN: ReadonlySet<string> = new Set(['COMPLETED', 'PARTIALLY_REFUNDED', 'REFUNDED']);
const BEFORE_CAPTURE: Readonly<Record<PayPalOrder['status'], GatewayPayment['status']>> = {
  CREATED: 'unpaid',
  SAVED: 'unpaid',
  PAYER_ACTION_REQUIRED: 'unpaid',
  APPROVED: 'approved',
  VOIDED: 'canceled',
  // Of its captures none took the money, and an order is captured once.
  COMPLETED: 'canceled',
};
const REFUND_STATUSES: Readonly<Record<z.infer<typeof Refund>['status'], GatewayRefund['status']>> = { CANCELLED: 'failed', FAILED: 'failed', PENDING: 'pending', COMPLETED: 'succeeded' };
/** The buyer has his money, and we have paid it. */
const LOST: ReadonlySet<string> = new Set(['RESOLVED_BUYER_FAVOUR', 'ACCEPTED']);

/** Null where an amount is not to be believed. */
export function paymentOf({ id, status, purchase_units: unit }: PayPalOrder, disputes: readonly GatewayDispute[]): GatewayPayment | null {
  const currency = unit.amount.currency_code;
  const captures = unit.payments?.captures ?? [];
  const taken = captures.filter((capture) => TAKEN.has(capture.status));
  const amounts = taken.map(({ amount }) => minorIn(amount, currency));
  const refunds = (unit.payments?.refunds ?? []).map((refund) => refundOf(refund, currency));
  const amountMinor = minorIn(unit.amount, currency);
  if (amountMinor === null || amounts.includes(null) || refunds.includes(null)) return null;
  const isPending = captures.some((capture) => capture.status === 'PENDING');
  return {
    reference: id,
    captureReference: taken[0]?.id ?? null,
    status: taken.length > 0 ? 'captured' : isPending ? 'processing' : BEFORE_CAPTURE[status],
    amountMinor,
    capturedMinor: amounts.reduce<number>((sum, amount) => sum + (amount ?? 0), 0),
    currency,
    ...marksOf(unit.custom_id, unit.invoice_id),
    declined: taken.length > 0 || isPending ? null : declinedIn(captures),
    refunds: refunds.filter((refund) => refund !== null),
    disputes,
  };
}

/** Null where its amount is not to be believed. */
export function refundOf({ id, status, amount, custom_id: refundId, status_details: details }: z.infer<typeof Refund>, currency: string): GatewayRefund | null {
  const amountMinor = minorIn(amount, currency);
  if (amountMinor === null) return null;
  const mapped = REFUND_STATUSES[status];
  return { reference: id, refundId: isUuid(refundId) ? refundId : null, amountMinor, status: mapped, detail: mapped === 'failed' ? (details?.reason ?? status) : null };
}

/** Null where its amount is not to be believed. */
export function disputeOf({ dispute_id: reference, status, dispute_amount: amount, dispute_outcome: outcome }: PayPalDispute, currency: string): GatewayDispute | null {
  const amountMinor = minorIn(amount, currency);
  if (amountMinor === null) return null;
  return { reference, amountMinor, status: status !== 'RESOLVED' ? 'open' : LOST.has(outcome?.outcome_code ?? '') ? 'lost' : 'won' };
}

/** An order that PayPal has forgotten was never paid, and never will be. */
export function forgotten(reference: string, { paymentId, orderNumber, amountMinor, currency }: PaymentRequest): GatewayPayment {
  const taken = { captureReference: null, capturedMinor: 0, declined: null, refunds: [], disputes: [] };
  return { reference, status: 'canceled', amountMinor, currency, paymentId, orderNumber, ...taken };
}

/** What `start` had PayPal write down. A number of an invoice is unique in an account, so ours ends in the end of the payment's identifier: its beginning is a time, and the same for all payments of a minute. */
export function marksOf(customId: string | null | undefined, invoiceId: string | null | undefined): Pick<GatewayPayment, 'paymentId' | 'orderNumber'> {
  if (!isUuid(customId)) return { paymentId: null, orderNumber: null };
  const end = invoiceEnd(customId);
  return { paymentId: customId, orderNumber: invoiceId?.endsWith(end) ? invoiceId.slice(0, -end.length) : null };
}

/** By what the number of an invoice ends. */
export function invoiceEnd(paymentId: string): string {
  return `-${paymentId.slice(-8)}`;
}

function minorIn({ currency_code, value }: z.infer<typeof Money>, currency: string): number | null {
  const minor = currency_code === currency ? fromPayPal(value, currency) : null;
  return minor === null || minor < 0 ? null : minor;
}

function declinedIn(captures: readonly z.infer<typeof Capture>[]): string | null {
  const last = captures.findLast(({ status }) => status === 'DECLINED' || status === 'FAILED');
  return last ? (last.status_details?.reason ?? last.status) : null;
}
