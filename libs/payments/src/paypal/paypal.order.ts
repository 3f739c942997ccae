import type { PaymentRequest } from '../contract/payment-processor.js';
import { toPayPal } from './paypal-amounts.js';
import { type PayPalOptions, pageFor } from './paypal.options.js';
import { invoiceEnd } from './paypal.reading.js';

/** The order that PayPal is asked to make for a payment. @throws {GatewayFailure} PayPal has no way to write the amount. */
export function orderFor({ paymentId, orderNumber, amountMinor, currency, description }: PaymentRequest, { returnUrl, cancelUrl, brandName }: PayPalOptions): object {
  const unit = {
    custom_id: paymentId,
    invoice_id: orderNumber + invoiceEnd(paymentId),
    description,
    amount: { currency_code: currency, value: toPayPal(amountMinor, currency) },
  };
  const experience = {
    return_url: pageFor(returnUrl, orderNumber),
    cancel_url: pageFor(cancelUrl, orderNumber),
    user_action: 'PAY_NOW',
    shipping_preference: 'NO_SHIPPING',
    ...(brandName !== undefined && { brand_name: brandName }),
  };
  return { intent: 'CAPTURE', purchase_units: [unit], payment_source: { paypal: { experience_context: experience } } };
}
