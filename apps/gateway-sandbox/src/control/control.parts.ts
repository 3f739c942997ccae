import type { Cashier } from '../cashier/cashier.js';
import type { FaultList } from '../faults/fault.list.js';
import type { PaypalTokens } from '../paypal/paypal.tokens.js';
import type { Dispatcher } from '../webhooks/dispatcher.js';
import type { WebhookConfig } from '../webhooks/targets.js';
import type { World } from '../world/world.js';

export interface ControlParts {
  readonly world: World;
  readonly cashier: Cashier;
  readonly faults: FaultList;
  readonly dispatcher: Dispatcher;
  readonly webhooks: WebhookConfig;
  readonly tokens: PaypalTokens;
  readonly gatewayUrl: () => string;
  /** Writes down what has changed, and lets the events out. */
  readonly commit: () => void;
  /** Forgets every idempotency key, on the disk too. */
  readonly forgetKeys: () => void;
  /** Forgets everything, on the disk too. */
  readonly restart: () => void;
}
