/** One wrong field: a JSON pointer into the body, or the name of a header or query parameter. */
export interface ProblemDetail {
  readonly pointer?: string;
  readonly parameter?: string;
  readonly header?: string;
  readonly code?: string;
  readonly detail: string;
}

/** RFC 9457 problem details, with what our clients need beside them. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** Never changes; switch on this. */
  readonly code: string;
  readonly errors?: readonly ProblemDetail[];
  readonly traceId: string;
}

/** A refusal that is born at the HTTP border. */
export class ProblemError extends Error {
  constructor(
    readonly code: ProblemCode,
    detail: string,
    readonly errors: readonly ProblemDetail[] = [],
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail);
    this.name = 'ProblemError';
  }
}

/** Every code that the API answers with: its HTTP status and its title. */
export const PROBLEMS = {
  invalid_request: { status: 400, title: 'The request does not have the right form' },
  invalid_json: { status: 400, title: 'The body is not JSON' },
  webhook_refused: { status: 400, title: 'It is not proven who has sent it, or it cannot be read' },
  idempotency_key_missing: { status: 400, title: 'The Idempotency-Key is missing' },
  idempotency_key_invalid: { status: 400, title: 'The Idempotency-Key has the wrong form' },
  callback_unsigned: { status: 401, title: 'The message is not signed' },
  unauthenticated: { status: 401, title: 'Nobody is logged in' },
  staff_only: { status: 403, title: 'Only staff may do this' },
  staff_only_processor: { status: 403, title: 'Only staff may use this payment processor' },
  not_your_learner: { status: 403, title: 'A learner buys for himself' },
  staff_only_terms: { status: 403, title: 'Only staff may choose this' },
  not_found: { status: 404, title: 'There is nothing here' },
  order_not_found: { status: 404, title: 'There is no such order' },
  payment_not_found: { status: 404, title: 'There is no such payment' },
  line_not_found: { status: 404, title: 'The order has no such line' },
  dependency_not_found: { status: 404, title: 'Nothing needs such a provider' },
  code_not_found: { status: 404, title: 'There is no such enrollment code' },
  course_not_found: { status: 404, title: 'There is no such course' },
  product_not_found: { status: 404, title: 'There is no such product' },
  sku_not_found: { status: 404, title: 'There is no such SKU' },
  partner_not_found: { status: 404, title: 'There is no such partner' },
  publication_not_found: { status: 404, title: 'Nothing of the course was ever published' },
  gateway_not_found: { status: 404, title: 'There is no such payment gateway' },
  payment_event_not_parked: { status: 409, title: 'The payment event is not parked' },
  payment_event_not_found: { status: 404, title: 'There is no such payment event' },
  refund_not_found: { status: 404, title: 'There is no such refund' },
  resubmission_not_found: { status: 404, title: 'There is no such resubmission' },
  method_not_allowed: { status: 405, title: 'This cannot be done here' },
  already_owned: { status: 409, title: 'The learner already has this product' },
  already_enrolled: { status: 409, title: 'The learner is enrolled already' },
  code_redeemed: { status: 409, title: 'The enrollment code was redeemed already' },
  code_expired: { status: 409, title: 'The enrollment code has expired' },
  code_voided: { status: 409, title: 'The enrollment code is no longer good' },
  price_changed: { status: 409, title: 'It costs something else now' },
  order_waits_for_payment: { status: 409, title: 'An order of this waits for its payment' },
  order_not_paid: { status: 409, title: 'The order is not paid for' },
  order_not_payable: { status: 409, title: 'The order cannot be paid for' },
  order_paid: { status: 409, title: 'The order is paid for' },
  payment_under_way: { status: 409, title: 'A payment of the order is under way' },
  payment_not_parked: { status: 409, title: 'Nobody has to decide about the payment' },
  payment_not_at_gateway: { status: 409, title: 'No gateway knows of the payment' },
  nothing_owed: { status: 409, title: 'Nobody owes anything for the order' },
  invoice_settled: { status: 409, title: 'The invoice was marked paid already' },
  request_in_progress: { status: 409, title: 'The same request is still running' },
  nothing_to_resubmit: { status: 409, title: 'Nothing is unfinished' },
  nothing_to_cancel: { status: 409, title: 'Nothing is left to cancel' },
  line_held: { status: 409, title: 'An operator holds it' },
  line_held_by_refund: { status: 409, title: 'A refund holds the line' },
  line_not_held: { status: 409, title: 'Nobody holds the line' },
  line_finished: { status: 409, title: 'The line is finished' },
  not_delivered: { status: 409, title: 'Nothing shows that it was delivered' },
  not_read_back: { status: 409, title: 'It could not be read back' },
  learner_fixed: { status: 409, title: 'The learner cannot be corrected any more' },
  not_revocable: { status: 409, title: 'This cannot be taken back' },
  line_accepted: { status: 409, title: 'The provider has accepted the line' },
  result_unexpected: { status: 409, title: 'The line has not reached its provider' },
  result_contradicted: { status: 409, title: 'The line has ended otherwise' },
  over_refund: { status: 409, title: 'More than can still be returned' },
  already_refunded: { status: 409, title: 'A refund takes this back already' },
  nothing_to_refund: { status: 409, title: 'Nothing is left to return' },
  refund_window_over: { status: 409, title: 'The time to ask for a refund is over' },
  refund_state: { status: 409, title: 'The refund is further, or not so far' },
  nothing_to_revoke: { status: 409, title: 'Nothing is left to take back' },
  provider_paused: { status: 409, title: 'An operator has paused the provider' },
  delivery_in_progress: { status: 409, title: 'The order is being worked on' },
  invalid_transition: { status: 409, title: 'This is not possible in this status' },
  course_exists: { status: 409, title: 'There is such a course already' },
  product_exists: { status: 409, title: 'There is such a product already' },
  edited_by_course: { status: 409, title: 'The product is edited with its course' },
  not_waiting: { status: 409, title: 'There is nothing to publish' },
  stale_version: { status: 412, title: 'Somebody else has changed it' },
  body_too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'The content type is not supported' },
  idempotency_key_reused: { status: 422, title: 'The Idempotency-Key belongs to another request' },
  amount_invalid: { status: 422, title: 'This cannot be the amount of a refund' },
  duplicate_lines: { status: 422, title: 'The same line twice' },
  refund_lines: { status: 422, title: 'The refund takes other lines back' },
  lines_required: { status: 422, title: 'Say which lines' },
  course_refused: { status: 422, title: 'The course cannot be saved as it is' },
  product_refused: { status: 422, title: 'The product cannot be saved as it is' },
  rollout_refused: { status: 422, title: 'The rollout cannot be as it is' },
  sku_taken: { status: 422, title: 'The SKU belongs to another product' },
  removal_not_confirmed: { status: 422, title: 'A mode would be removed' },
  not_only_at_lms: { status: 422, title: 'The LMS was not seen to have this mode alone' },
  next_not_allowed: { status: 422, title: 'The page to return to is not allowed' },
  confirm_required: { status: 422, title: 'The filter matches everything' },
  nothing_matches: { status: 422, title: 'Nothing matches the filter' },
  too_many_lines: { status: 422, title: 'Too many lines match the filter' },
  unknown_sku: { status: 422, title: 'There is no such SKU' },
  seat_not_for_sale: { status: 422, title: 'The seat cannot be had now' },
  not_yet_sold: { status: 422, title: 'The SKU is not sold yet' },
  no_longer_sold: { status: 422, title: 'The SKU is no longer sold' },
  duplicate_product: { status: 422, title: 'The same product twice' },
  quantity_not_allowed: { status: 422, title: 'The quantity is not allowed' },
  mixed_currencies: { status: 422, title: 'One order has one currency' },
  total_too_large: { status: 422, title: 'The total is too large' },
  product_misconfigured: { status: 422, title: 'The product cannot be delivered as it is' },
  payment_required: { status: 422, title: 'This has to be paid for' },
  payment_not_needed: { status: 422, title: 'There is nothing to pay' },
  reference_required: { status: 422, title: 'The payment needs a reference' },
  reference_not_taken: { status: 422, title: 'The payment takes no reference' },
  unknown_processor: { status: 422, title: 'There is no such payment processor' },
  version_required: { status: 428, title: 'Say which version is changed' },
  headers_too_large: { status: 431, title: 'The address or the headers are too long' },
  internal_error: { status: 500, title: 'Something went wrong here' },
  revocation_failed: { status: 502, title: 'Access could not be taken back' },
  gateway_failed: { status: 502, title: 'The payment gateway does not deal with this' },
  no_checkout_page: { status: 503, title: 'There is no checkout page yet' },
  unavailable: { status: 503, title: 'The service cannot work just now' },
  gateway_unavailable: { status: 503, title: 'The payment gateway could not be asked' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof PROBLEMS;

export function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(PROBLEMS, code);
}
