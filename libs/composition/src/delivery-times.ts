import type { DeliveryConfig } from '#config';
import type { GatewayWaits } from '#payments';

/** For what is written after the longest wait. */
const MARGIN_MS = 5_000;

/** What follows from how long a program may have to wait for the LMS and for the gateways. In milliseconds. */
export interface DeliveryTimes {
  /** From this age on, a checkout that has no answer was left by who worked on it: he may wait for one call to a gateway, and for a delivery. */
  readonly answerDueMs: number;
  /** A request, or a piece of the scheduler's work, is over by then: work on a payment, and the delivery that follows from it. */
  readonly longestWorkMs: number;
}

export function deliveryTimes({ checkoutDeadlineMs }: Pick<DeliveryConfig, 'checkoutDeadlineMs'>, { callMs, workMs }: GatewayWaits): DeliveryTimes {
  return { answerDueMs: checkoutDeadlineMs + callMs + MARGIN_MS, longestWorkMs: checkoutDeadlineMs + workMs + MARGIN_MS };
}
