import type { Cashier } from '../cashier/cashier.js';
import type { Resource } from '../wire/dialect.js';
import type { World } from '../world/world.js';
import { captureResources } from './capture.resource.js';
import type { SigningKey } from './certificate.js';
import { disputeResources } from './dispute.resource.js';
import { notificationResources } from './notification.resource.js';
import { orderResources } from './order.resource.js';
import type { PaypalTokens } from './paypal.tokens.js';
import { reportingResources } from './reporting.resource.js';
import { tokenResources } from './token.resource.js';

export interface PaypalParts {
  readonly world: World;
  readonly cashier: Cashier;
  readonly tokens: PaypalTokens;
  readonly key: SigningKey;
  readonly webhookId: string;
}

/** All that this sandbox has of PayPal. */
export function paypalResources({ world, cashier, tokens, key, webhookId }: PaypalParts): readonly Resource[] {
  return [
    ...tokenResources(tokens),
    ...orderResources(world, cashier),
    ...captureResources(world, cashier),
    ...disputeResources(world),
    ...reportingResources(world),
    ...notificationResources(key, webhookId),
  ];
}
