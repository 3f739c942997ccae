import type { Payment, Taking } from '../world/records.js';
import { toStripe } from './stripe.amount.js';

const STATUS = {
  unpaid: 'requires_payment_method',
  action: 'requires_action',
  approved: 'requires_capture',
  processing: 'processing',
  captured: 'succeeded',
  canceled: 'canceled',
} as const;

export function secondsOf(instant: string): number {
  return Math.floor(Date.parse(instant) / 1000);
}

export function intentStatus({ status, stripe }: Payment): string {
  return status === 'unpaid' && typeof stripe?.paymentMethod === 'string' ? 'requires_confirmation' : STATUS[status];
}

/** A payment as Stripe's PaymentIntent. */
export function intentView(payment: Payment): Record<string, unknown> {
  const { id, amountMinor, currency, createdAt, canceledAt, metadata, takings, status, stripe } = payment;
  const amount = toStripe(amountMinor, currency);
  return {
    ...{ id, object: 'payment_intent', allowed_payment_method_types: null, amount, amount_capturable: 0 },
    ...{ amount_details: { tip: {} }, amount_received: status === 'captured' ? amount : 0, application: null, application_fee_amount: null },
    automatic_payment_methods: stripe?.automaticMethods === true ? { allow_redirects: 'always', enabled: true } : null,
    canceled_at: canceledAt === null ? null : secondsOf(canceledAt),
    cancellation_reason: stripe?.cancellationReason ?? null,
    ...{ capture_method: 'automatic', client_secret: stripe?.clientSecret ?? null, confirmation_method: 'automatic', created: secondsOf(createdAt) },
    ...{ currency: currency.toLowerCase(), customer: null, customer_account: null, description: stripe?.description ?? null, excluded_payment_method_types: null },
    last_payment_error: status === 'unpaid' ? lastError(takings.at(-1)) : null,
    latest_charge: takings.at(-1)?.id ?? null,
    ...{ livemode: false, managed_payments: null, metadata, next_action: nextAction(payment), on_behalf_of: null },
    payment_method: stripe?.paymentMethod ?? null,
    ...{ payment_method_configuration_details: null, payment_method_options: { card: { installments: null, mandate_options: null, network: null, request_three_d_secure: 'automatic' } } },
    ...{ payment_method_types: stripe?.paymentMethodTypes ?? [], payment_record: null, processing: null, receipt_email: stripe?.receiptEmail ?? null, review: null },
    ...{ setup_future_usage: null, shipping: null, source: null, statement_descriptor: null, statement_descriptor_suffix: null },
    ...{ status: intentStatus(payment), transfer_data: null, transfer_group: null },
  };
}

function nextAction({ status, stripe, id }: Payment): unknown {
  if (status !== 'action') return null;
  if (stripe?.returnUrl === null) return { type: 'use_stripe_sdk', use_stripe_sdk: { type: 'three_d_secure_redirect', source: `src_of_${id}` } };
  return { type: 'redirect_to_url', redirect_to_url: { return_url: stripe?.returnUrl ?? null, url: `/pay/${id}?client_secret=${stripe?.clientSecret ?? ''}` } };
}

function lastError(taking: Taking | undefined): unknown {
  return taking === undefined || taking.failure === null ? null : { type: 'card_error', ...cardErrorOf(taking) };
}

/** The members of Stripe's error that say why a card was declined. */
export function cardErrorOf({ failure, id }: Taking): Record<string, unknown> {
  if (failure === null) return {};
  const { code, declineCode, message } = failure;
  const documented = { code, doc_url: `https://stripe.com/docs/error-codes/${code.replaceAll('_', '-')}` };
  return { charge: id, ...documented, ...(declineCode !== '' && { decline_code: declineCode }), message };
}
