import { balanceOf } from '../cashier/balance.js';
import type { Payment, Taking } from '../world/records.js';
import type { World } from '../world/world.js';
import { toStripe } from './stripe.amount.js';
import { secondsOf } from './intent.view.js';

const NOBODY = { address: { city: null, country: null, line1: null, line2: null, postal_code: null, state: null }, email: null, name: null, phone: null, tax_id: null };
const APPROVED = { advice_code: null, network_advice_code: null, network_decline_code: null, network_status: 'approved_by_network', reason: null, risk_level: 'normal', risk_score: 20, seller_message: 'Payment complete.', type: 'authorized' };
const DECLINED = { ...APPROVED, advice_code: 'try_again_later', network_status: 'declined_by_network', reason: 'generic_decline', seller_message: 'The bank did not return any further details with this decline.', type: 'issuer_declined' };

/** One try to take a payment, as Stripe's Charge. */
export function chargeView(world: World, payment: Payment, taking: Taking): Record<string, unknown> {
  const { currency, metadata, stripe, amountMinor } = payment;
  const succeeded = taking.status === 'succeeded';
  const amount = toStripe(amountMinor, currency);
  const { refundedMinor } = succeeded ? balanceOf(world, payment) : { refundedMinor: 0 };
  return {
    ...{ id: taking.id, object: 'charge', amount, amount_captured: succeeded ? amount : 0, amount_refunded: toStripe(refundedMinor, currency) },
    ...{ application: null, application_fee: null, application_fee_amount: null, balance_transaction: succeeded ? `txn_${taking.id.slice(3)}` : null, billing_details: NOBODY },
    ...{ calculated_statement_descriptor: 'SANDBOX', captured: succeeded, created: secondsOf(taking.at), currency: currency.toLowerCase(), customer: null },
    ...{ description: stripe?.description ?? null, disputed: world.disputes.all().some(({ paymentId }) => paymentId === payment.id), failure_balance_transaction: null },
    ...{ failure_code: taking.failure?.code ?? null, failure_message: taking.failure?.message ?? null, fraud_details: {}, livemode: false, metadata, on_behalf_of: null },
    outcome: taking.status === 'failed' ? DECLINED : APPROVED,
    ...{ paid: succeeded, payment_intent: payment.id, payment_method: stripe?.paymentMethod ?? null, payment_method_details: { card: card(amount), type: 'card' }, radar_options: {} },
    ...{ receipt_email: stripe?.receiptEmail ?? null, receipt_number: null, receipt_url: null, refunded: succeeded && refundedMinor === amountMinor, review: null, shipping: null },
    ...{ source: null, source_transfer: null, statement_descriptor: null, statement_descriptor_suffix: null, status: taking.status, transfer_data: null, transfer_group: null },
  };
}

function card(amount: number): unknown {
  return {
    ...{ amount_authorized: amount, authorization_code: null, brand: 'visa', checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' }, country: 'US' },
    ...{ exp_month: 12, exp_year: 2034, fingerprint: 'SandboxFingerprint', funding: 'credit', installments: null, last4: '4242', mandate: null, network: 'visa', three_d_secure: null, wallet: null },
  };
}
