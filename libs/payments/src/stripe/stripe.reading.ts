import { z } from 'zod';
import type { GatewayDispute, GatewayPayment, GatewayRefund } from '../contract/gateway-payment.js';
import { isUuid } from '../gateway-calls/our-marks.js';
import { gatewayWords } from '../gateway-calls/gateway.words.js';
import { fromStripe } from './stripe-amounts.js';

const Currency = z.string().regex(/^[a-z]{3}$/).transform((code) => code.toUpperCase());
const Amount = z.int().nonnegative();
const Id = z.string().min(1).max(255);
const Metadata = z.record(z.string(), z.string()).nullish().transform((metadata) => metadata ?? {});

const Intent = z.object({
  id: Id,
  object: z.literal('payment_intent'),
  status: z.enum(['requires_payment_method', 'requires_confirmation', 'requires_action', 'processing', 'requires_capture', 'canceled', 'succeeded']),
  amount: Amount,
  amount_received: Amount.nullish().transform((amount) => amount ?? 0),
  currency: Currency,
  client_secret: z.string().min(1).nullish(),
  created: z.int().nonnegative(),
  latest_charge: z.union([Id.transform((id) => ({ id, amount_refunded: null })), z.object({ id: Id, amount_refunded: Amount.nullish().transform((amount) => amount ?? null) })]).nullish(),
  metadata: Metadata,
  last_payment_error: z.object({ message: z.string().nullish(), code: z.string().nullish(), decline_code: z.string().nullish() }).nullish(),
});

/** Read, and no further judged. */
export type StripeIntent = z.infer<typeof Intent>;

const Refund = z.object({
  id: Id,
  object: z.literal('refund'),
  amount: Amount,
  currency: Currency,
  status: z.enum(['pending', 'requires_action', 'succeeded', 'failed', 'canceled']),
  metadata: Metadata,
  failure_reason: z.string().nullish(),
});

const Dispute = z.object({ id: Id, object: z.literal('dispute'), amount: Amount, currency: Currency, status: z.string() });

const listOf = <Item extends z.ZodType>(item: Item) => z.object({ object: z.literal('list'), data: z.array(item), has_more: z.boolean() });

export const StripeShapes = { intent: Intent, refund: Refund, intents: listOf(Intent), refunds: listOf(Refund), disputes: listOf(Dispute) } as const;

const STATUSES: Readonly<Record<StripeIntent['status'], GatewayPayment['status']>> = {
  requires_payment_method: 'unpaid',
  requires_confirmation: 'approved',
  requires_action: 'unpaid',
  processing: 'processing',
  requires_capture: 'approved',
  canceled: 'canceled',
  succeeded: 'captured',
};

const REFUND_STATUSES: Readonly<Record<z.infer<typeof Refund>['status'], GatewayRefund['status']>> = {
  pending: 'pending',
  requires_action: 'pending',
  succeeded: 'succeeded',
  failed: 'failed',
  canceled: 'failed',
};

/** An inquiry that was closed, and a dispute that was prevented, took no money. */
const WON: ReadonlySet<string> = new Set(['won', 'warning_closed', 'prevented']);

/** Null where an amount is not to be believed. */
export function paymentOf(intent: StripeIntent, refunds: readonly GatewayRefund[], disputes: readonly GatewayDispute[]): GatewayPayment | null {
  const amountMinor = fromStripe(intent.amount, intent.currency);
  const capturedMinor = fromStripe(intent.amount_received, intent.currency);
  if (amountMinor === null || capturedMinor === null) return null;
  const { last_payment_error: error } = intent;
  return {
    reference: intent.id,
    captureReference: capturedMinor > 0 ? (intent.latest_charge?.id ?? null) : null,
    status: STATUSES[intent.status],
    amountMinor,
    capturedMinor,
    currency: intent.currency,
    ...marksOf(intent.metadata),
    declined: error ? gatewayWords(error.message, []) || error.decline_code || error.code || 'declined' : null,
    refunds,
    disputes,
  };
}

/** What `start` had Stripe write down. */
export function marksOf({ payment_id: paymentId, order_number: orderNumber }: Readonly<Record<string, string>>): Pick<GatewayPayment, 'paymentId' | 'orderNumber'> {
  return { paymentId: isUuid(paymentId) ? paymentId : null, orderNumber: orderNumber ?? null };
}

/** Null where the amount, or its currency, is not to be believed. */
export function refundOf(refund: z.infer<typeof Refund>, currency: string): GatewayRefund | null {
  const amountMinor = refund.currency === currency ? fromStripe(refund.amount, currency) : null;
  if (amountMinor === null) return null;
  const { refund_id: refundId } = refund.metadata;
  return { reference: refund.id, refundId: isUuid(refundId) ? refundId : null, amountMinor, status: REFUND_STATUSES[refund.status], detail: refund.failure_reason ?? null };
}

/** As `refundOf`. */
export function disputeOf(dispute: z.infer<typeof Dispute>, currency: string): GatewayDispute | null {
  const amountMinor = dispute.currency === currency ? fromStripe(dispute.amount, currency) : null;
  return amountMinor === null ? null : { reference: dispute.id, amountMinor, status: WON.has(dispute.status) ? 'won' : dispute.status === 'lost' ? 'lost' : 'open' };
}
