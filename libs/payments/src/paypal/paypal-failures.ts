import type { Meaning } from '../gateway-calls/gateway.refusal.js';

/** What an answer of PayPal means that is not a yes. A number of an invoice that was used stands for something that arrived. */
export const PAYPAL_MEANINGS: readonly Meaning[] = [
  { from: 300, to: 399, kind: 'configuration', passing: false, sentence: 'sends us elsewhere, and redirects are not followed: set apiUrl to where it really is' },
  { from: 401, to: 401, kind: 'configuration', passing: false, sentence: 'does not accept our credentials: set clientId and clientSecret to those of a live REST app' },
  { from: 403, to: 403, kind: 'configuration', passing: false, sentence: 'does not let our REST app do this: switch the feature on in its settings' },
  { from: 408, to: 408, kind: 'server', passing: true, mayHaveArrived: true },
  { from: 409, to: 409, kind: 'server', passing: true, mayHaveArrived: true, sentence: 'is still busy with an earlier attempt' },
  { from: 425, to: 425, kind: 'server', passing: true },
  { from: 429, to: 429, kind: 'throttled', passing: true, sentence: 'asks us to slow down' },
  { from: 422, to: 422, codes: ['DUPLICATE_INVOICE_ID'], kind: 'rejected', passing: false, mayHaveArrived: true, sentence: 'was paid for this invoice before' },
  { from: 400, to: 422, codes: ['CURRENCY_NOT_SUPPORTED', 'DECIMAL_PRECISION', 'MAX_VALUE_EXCEEDED'], kind: 'rejected', passing: false, about: 'sum' },
  { from: 400, to: 499, kind: 'rejected', passing: false },
];

/** Why PayPal did not take the money: the buyer may choose another way to pay. */
export const DECLINED: readonly string[] = [
  'INSTRUMENT_DECLINED',
  'TRANSACTION_REFUSED',
  'PAYER_CANNOT_PAY',
  'PAYER_ACTION_REQUIRED',
  'CARD_EXPIRED',
  'MAX_NUMBER_OF_PAYMENT_ATTEMPTS_EXCEEDED',
];
/** Things stand otherwise than they did when they were read. */
export const MOVED_ON: readonly string[] = ['ORDER_ALREADY_CAPTURED', 'ORDER_NOT_APPROVED'];
export const REFUNDED: readonly string[] = ['CAPTURE_FULLY_REFUNDED', 'REFUND_AMOUNT_EXCEEDED'];
export const NOT_FOUND: readonly string[] = ['RESOURCE_NOT_FOUND', 'INVALID_RESOURCE_ID'];
