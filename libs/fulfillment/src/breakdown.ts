import type { Logger } from '@nestjs/common';
import type { DeliveryFailure } from '@order-fulfillment/fulfiller-kit';
import type { LineSnapshot, OrderSnapshot } from '#orders';
import { stackOf } from '#plugins';

/** Logs the error behind a failure that no provider gave: a bug of the fulfiller. Other failures are the line's alone. */
export function logBreakdown(logger: Logger, { kind, cause }: DeliveryFailure, { number }: OrderSnapshot, { id, productType }: LineSnapshot): void {
  if (kind !== 'unknown') return;
  logger.error(`The fulfiller of "${productType}" broke down on order ${number}, line ${id}.`, stackOf(cause));
}
