import { DomainError } from '#orders';

export type RefusalCode =
  | 'unknown_sku'
  | 'not_yet_sold'
  | 'no_longer_sold'
  | 'duplicate_product'
  | 'quantity_not_allowed'
  | 'mixed_currencies'
  | 'total_too_large'
  | 'price_changed'
  | 'product_misconfigured'
  | 'payment_required'
  | 'payment_not_needed'
  | 'reference_required'
  | 'reference_not_taken'
  | 'unknown_processor';

/** One thing that is wrong with a request. `pointer` is a JSON pointer into its body. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly pointer: string;
  readonly detail: string;
}

/** The request cannot become an order as it is. Nothing was written. */
export class CheckoutRefusedError extends DomainError {
  readonly code: RefusalCode;

  /** @param refusals everything that is wrong, at least one. */
  constructor(readonly refusals: readonly [Refusal, ...Refusal[]]) {
    super(refusals.map(({ detail }) => detail).join(' '));
    this.code = refusals[0].code;
  }
}

/** The caller may not do this. Nothing was written. */
export class CheckoutForbiddenError extends DomainError {
  constructor(
    readonly code: 'not_your_learner' | 'staff_only_processor',
    readonly pointer: string,
    message: string,
  ) {
    super(message);
  }
}

/** The learner has ordered this already, and not paid for it. Nothing was written. */
export class OrderWaitsForPaymentError extends DomainError {
  readonly code = 'order_waits_for_payment';

  constructor(readonly orderNumber: string) {
    super(`Order ${orderNumber} has this already and waits for its payment. Pay for it (POST /v1/orders/${orderNumber}/payment/start), or give it up (POST /v1/orders/${orderNumber}/payment/cancel).`);
  }
}
