import { type DynamicModule, Module } from '@nestjs/common';
import type { FulfillerManifest, FulfillerRegistration } from '@order-fulfillment/fulfiller-kit';
import { EndpointClient } from './endpoint.client.js';
import { EndpointConnections } from './endpoint.connections.js';
import { WebhookFulfiller } from './webhook.fulfiller.js';
import { type WebhookOptions, WebhookOptionsSchema, guardOf } from './webhook.options.js';

const LONGEST_DEPENDENCY = 63;

/**
 * Delivers by an HTTP endpoint of another team, in any language: each verb is one POST, signed as Standard Webhooks say. What is sent and
 * what may be answered is written in docs/webhook-fulfiller.md.
 *
 * Options:
 * - `url`: https; http only for hosts in `allowedNetworks`. No secret belongs into it: it is shown.
 * - `secret`: `whsec_…`, never shown; one for each endpoint.
 * - `requiredDetails`: names of details without which a product is refused.
 * - `allowedNetworks`: networks such as `10.1.0.0/16` that are called although they are not public.
 * - `verifyAfterMs`, `deadlineMs`: for an acceptance that names none; 1 minute and 7 days unless given.
 */
@Module({})
export class WebhookFulfillerModule {
  static readonly manifest: FulfillerManifest = {
    name: 'webhook',
    contractVersion: 1,
    options: WebhookOptionsSchema,
    secretOptions: ['secret'],
    // Each type has an endpoint of its own: one that is out of order pauses no other.
    dependency: ({ productType }) => `webhook.${productType}`.slice(0, LONGEST_DEPENDENCY),
    capabilities: { revoke: true, asynchronous: true },
  };

  static register({ token, productType, options, timeoutMs }: FulfillerRegistration<WebhookOptions>): DynamicModule {
    const useFactory = () => {
      const connections = new EndpointConnections(new URL(options.url), guardOf(options).lookup);
      return new WebhookFulfiller(new EndpointClient(connections, options.secret, timeoutMs), options, productType);
    };
    return { module: WebhookFulfillerModule, providers: [{ provide: token, useFactory }], exports: [token] };
  }
}
