import type { Cashier } from '../cashier/cashier.js';
import type { Resource } from '../wire/dialect.js';
import type { World } from '../world/world.js';
import { chargeResources } from './charge.resource.js';
import { disputeResources } from './dispute.resource.js';
import { intentResources } from './intent.resource.js';
import { refundResources } from './refund.resource.js';

/** All that this sandbox has of Stripe. */
export function stripeResources(world: World, cashier: Cashier): readonly Resource[] {
  return [...intentResources(world, cashier), ...refundResources(world, cashier), ...chargeResources(world), ...disputeResources(world)];
}
