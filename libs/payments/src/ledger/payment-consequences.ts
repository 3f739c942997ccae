import type { GatewayPayment } from '../contract/gateway-payment.js';
import type { Payment } from './payment.js';

/** What follows from money, outside this lib. Each may be told of the same twice, and must then do nothing more. */
export interface PaymentConsequences {
  /** The order was opened just now: its lines are due. Whoever dies before this leaves them to the scheduler. */
  opened(payment: Payment): Promise<void>;
  /** Its buyer has agreed to it, and nobody asks in his name: the money is taken where its order may still be sold. A gateway that cannot be asked is thrown (`GatewayFailure`). */
  approved(payment: Payment): Promise<void>;
  /** Money went back of it at its gateway, or is disputed: by whomever. Told with every read-back that shows some. */
  moneyWentBack(payment: Payment, state: Pick<GatewayPayment, 'refunds' | 'disputes'>): Promise<void>;
  /** It was parked, and goes back by itself (`parked.action` is `refund`). Whoever dies before this leaves it to the scheduler. */
  goesBack(payment: Payment): Promise<void>;
}

/** Who is told. */
export const PAYMENT_CONSEQUENCES = Symbol('PAYMENT_CONSEQUENCES');
