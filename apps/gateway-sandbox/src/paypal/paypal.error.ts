import { json, type Answer } from '../wire/answer.js';

const UNPROCESSABLE = 'The requested action could not be performed, semantically incorrect, or failed business validation.';
const NOT_WELL_FORMED = 'Request is not well-formed, syntactically incorrect, or violates schema.';

/** The issues of which this sandbox knows PayPal's own words. */
const DESCRIPTIONS: Readonly<Record<string, string>> = {
  ORDER_NOT_APPROVED: "Payer has not yet approved the Order for payment. Please redirect the payer to the 'rel':'payer-action' url returned as part of the HATEOAS links within the Create Order call or provide a valid payment_source in the request.",
  ORDER_ALREADY_CAPTURED: "Order already captured. If 'intent=CAPTURE' only one capture per order is allowed.",
  ORDER_COMPLETED_OR_VOIDED: 'Order is voided or completed and hence cannot be captured.',
  INSTRUMENT_DECLINED: "The instrument presented  was either declined by the processor or bank, or it can't be used for this payment.",
  CAPTURE_FULLY_REFUNDED: 'The capture has already been fully refunded.',
  REFUND_AMOUNT_EXCEEDED: 'The refund amount must be less than or equal to the capture amount that has not yet been refunded.',
  REFUND_CAPTURE_CURRENCY_MISMATCH: 'Refund must be in the same currency as the capture.',
  REFUND_NOT_PERMITTED_DUE_TO_CHARGEBACK: 'Refunds not allowed on this capture due to a chargeback on the card or bank. Please contact the payee to resolve the chargeback.',
  CAPTURE_STATUS_NOT_VALID: 'Invalid capture status. Status should be either completed or partially refunded.',
  DUPLICATE_REQUEST_ID: 'The value of PayPal-Request-Id header has already been used. Please specify a different value and try again.',
  CURRENCY_NOT_SUPPORTED: 'Currency code is not currently supported. Please refer https://developer.paypal.com/api/rest/reference/currency-codes/ for list of supported currency codes.',
  DECIMALS_NOT_SUPPORTED: 'Currency does not support decimals.',
  DECIMAL_PRECISION: 'If the currency supports decimals, only two decimal place precision is supported.',
  CANNOT_BE_ZERO_OR_NEGATIVE: 'Must be greater than zero. If the currency supports decimals, only two decimal place precision is supported.',
  INVALID_RESOURCE_ID: 'Specified resource ID does not exist. Please check the resource ID and try again.',
  MISSING_REQUIRED_PARAMETER: 'A required field / parameter is missing.',
  INVALID_PARAMETER_SYNTAX: 'The value of a field does not conform to the expected format.',
  INVALID_PARAMETER_VALUE: 'The value of a field is invalid.',
  INVALID_STRING_LENGTH: 'The value of a field is either too short or too long.',
  MALFORMED_REQUEST_JSON: 'The request JSON is not well formed.',
  PREVIOUS_REQUEST_IN_PROGRESS: 'A previous request on this resource is currently in progress. Please wait for some time and try again. It is best to space out the initial and the subsequent request(s) to avoid receiving this error.',
};

interface Link {
  readonly href: string;
  readonly rel: string;
  readonly method: string;
}

interface Facts {
  readonly status: number;
  readonly name: string;
  readonly message: string;
  readonly issue: string;
  readonly field?: string | undefined;
  readonly value?: string | undefined;
  readonly location?: 'body' | 'path' | 'query';
  readonly links?: readonly Link[];
}

/** PayPal says no, in the form of its errors. Nothing of it is kept under a request id: the next try is worked on anew. */
export class PaypalError extends Error {
  override readonly name = 'PaypalError';

  constructor(private readonly facts: Facts) {
    super(facts.issue);
  }

  answer(debugId: string): Answer {
    const { status, name, message, issue, field, value, location, links = [] } = this.facts;
    const where = { ...(field !== undefined && { field }), ...(value !== undefined && { value }), ...(location !== undefined && { location }) };
    const detail = { ...where, issue, description: DESCRIPTIONS[issue] ?? issue };
    const information = { href: `https://developer.paypal.com/api/rest/reference/orders/v2/errors/#${issue}`, rel: 'information_link', method: 'GET' };
    return json(status, { name, details: [detail], message, debug_id: debugId, links: [information, ...links] }, { kept: false });
  }
}

export function unprocessable(issue: string, more: Pick<Facts, 'field' | 'value' | 'links'> = {}): PaypalError {
  return new PaypalError({ status: 422, name: 'UNPROCESSABLE_ENTITY', message: UNPROCESSABLE, issue, ...(more.field !== undefined && { location: 'body' }), ...more });
}

export function invalidRequest(issue: string, field: string, value = '', location: 'body' | 'query' = 'body'): PaypalError {
  return new PaypalError({ status: 400, name: 'INVALID_REQUEST', message: NOT_WELL_FORMED, issue, field, value, location });
}

export function notFoundResource(value: string): PaypalError {
  return new PaypalError({ status: 404, name: 'RESOURCE_NOT_FOUND', message: 'The specified resource does not exist.', issue: 'INVALID_RESOURCE_ID', value, location: 'path' });
}

export function inProgress(): PaypalError {
  return new PaypalError({ status: 409, name: 'RESOURCE_CONFLICT', message: 'The server has detected a conflict while processing this request.', issue: 'PREVIOUS_REQUEST_IN_PROGRESS' });
}
