import { takingOf } from '../cashier/balance.js';
import type { Dispute, Payment, Refund } from '../world/records.js';
import { toStripe } from './stripe.amount.js';
import { secondsOf } from './intent.view.js';

const RETURNED_DAYS = 7 * 86_400;

/** Stripe's Refund. */
export function refundView(payment: Payment, refund: Refund): Record<string, unknown> {
  const { id, amountMinor, status, metadata, reason, failureReason, createdAt } = refund;
  const failed = status === 'failed';
  return {
    ...{ id, object: 'refund', amount: toStripe(amountMinor, payment.currency), balance_transaction: `txn_${id.slice(3)}`, charge: takingOf(payment)?.id ?? null },
    ...{ created: secondsOf(createdAt), currency: payment.currency.toLowerCase(), customer: null, customer_account: null },
    destination_details: { card: { reference_status: 'pending', reference_type: 'acquirer_reference_number', type: 'refund' }, type: 'card' },
    ...(failed && { failure_balance_transaction: `txn_f${id.slice(3)}`, failure_reason: failureReason ?? 'unknown' }),
    ...{ metadata, payment_intent: payment.id, payment_method: payment.stripe?.paymentMethod ?? null },
    ...(status === 'pending' && { pending_reason: 'processing' }),
    ...{ reason, receipt_number: null, source_transfer_reversal: null, status, transfer_reversal: null },
  };
}

/** Stripe's Dispute. */
export function disputeView(payment: Payment, dispute: Dispute): Record<string, unknown> {
  const { id, amountMinor, status, reason, createdAt } = dispute;
  const amount = toStripe(amountMinor, payment.currency);
  return {
    ...{ id, object: 'dispute', amount, balance_transactions: [], charge: takingOf(payment)?.id ?? '', created: secondsOf(createdAt), currency: payment.currency.toLowerCase() },
    ...{ enhanced_eligibility_types: [], evidence: {}, evidence_details: { due_by: secondsOf(createdAt) + RETURNED_DAYS, enhanced_eligibility: {}, has_evidence: false, past_due: false, submission_count: 0 } },
    ...{ intended_submission_method: null, is_charge_refundable: false, livemode: false, metadata: {}, network_reason_code: '10.4', payment_intent: payment.id },
    ...{ payment_method_details: { card: { brand: 'visa', case_type: 'chargeback', network_reason_code: '10.4' }, type: 'card' }, reason },
    status: status === 'open' ? 'needs_response' : status,
  };
}
