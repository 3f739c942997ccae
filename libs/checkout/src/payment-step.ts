import type { OrderSnapshot } from '#orders';
import { GatewayFailure, type ClientAction, type Payment, type SyncedPayment } from '#payments';
import { notTaken } from './payment.errors.js';

/** What an answer says of the payment of an order that waits for it. */
export interface PaymentStep {
  readonly processor: string;
  /** What the buyer's browser does next; for the buyer alone. Null where there is nothing to do, or it is not for who asks. */
  readonly action: ClientAction | null;
  /** Why its last try was declined, in the gateway's words. */
  readonly declined: string | null;
  /** What keeps it from being paid, and what to do about that. */
  readonly problem: string | null;
}

/** An order that waits for a payment of which its answer can say nothing: who began it died. */
export function stepUnknown({ number, payment }: Pick<OrderSnapshot, 'number' | 'payment'>): PaymentStep {
  return { processor: payment.processor, action: null, declined: null, problem: `It is not known whether the payment was started. ${startIt(number)}` };
}

/** A payment as its gateway has just told. */
export function stepOf({ payment, state }: Pick<SyncedPayment, 'payment' | 'state'>, action: ClientAction | null = null): PaymentStep {
  const { processor, declined, status, orderNumber } = payment;
  // An action for what can never be paid, or was, would send the buyer nowhere.
  return { processor, action: status === 'started' ? action : null, declined, problem: problemOf(payment, state, orderNumber) };
}

/** A payment whose gateway could not be asked. */
export function stepFailed({ processor, orderNumber }: Payment, error: Error): PaymentStep {
  const again = error instanceof GatewayFailure && error.passing;
  const fact = again ? 'The payment gateway could not be asked just now.' : notTaken(error instanceof GatewayFailure ? error : null);
  const other = again ? '' : ' Another payment processor may.';
  return { processor, action: null, declined: null, problem: `${fact} The order waits.${other} ${startIt(orderNumber)}` };
}

function problemOf({ parked, status }: Payment, state: SyncedPayment['state'], number: string): string | null {
  if (parked) return 'Money has arrived that does not open the order: our staff look at it.';
  if (status === 'failed') return `This payment can no longer be made. ${startIt(number)}`;
  return state === 'processing' ? 'The gateway is still at work on the payment: look at the order again later.' : null;
}

function startIt(number: string): string {
  return `Start it with POST /v1/orders/${number}/payment/start.`;
}
