import { HttpModule, HttpService } from '@nestjs/axios';
import { type DynamicModule, Module } from '@nestjs/common';
import type { ProcessorManifest, ProcessorRegistration } from '../contract/processor-module.js';
import { GatewayConnections } from '../gateway-calls/gateway.connections.js';
import { GatewayHttp, httpSettings } from '../gateway-calls/gateway.http.js';
import { StripeClient } from './stripe.client.js';
import { type StripeOptions, StripeOptionsSchema } from './stripe.options.js';
import { StripeProcessor } from './stripe.processor.js';
import { StripeTransport } from './stripe.transport.js';

/**
 * Takes money through Stripe, by Payment Intents.
 *
 * Options:
 * - `secretKey`: `sk_…`, or a restricted key with leave to write payment intents and refunds, and to read charges and disputes. Never shown.
 * - `publishableKey`: `pk_…`, for the buyer's browser.
 * - `webhookSecrets`: `whsec_…` of the endpoint; a second one while it is rolled. Never shown.
 * - `apiUrl`: a stand-in for tests; https://api.stripe.com unless given.
 * - `statementDescriptor`: what stands on the buyer's statement, after the account's own prefix.
 */
@Module({})
export class StripeProcessorModule {
  static readonly manifest: ProcessorManifest<StripeOptions> = {
    contractVersion: 1,
    name: 'stripe',
    kind: 'gateway',
    options: StripeOptionsSchema,
    secretOptions: ['secretKey', 'webhookSecrets'],
  };

  static register({ token, options, timeoutMs }: ProcessorRegistration<StripeOptions>): DynamicModule {
    const connections = new GatewayConnections();
    const useFactory = (http: HttpService) => {
      const client = new StripeClient(new StripeTransport(new GatewayHttp(http)), options);
      return new StripeProcessor({ client, options, timeoutMs, close: () => connections.close() });
    };
    const provider = { provide: token, useFactory, inject: [HttpService] };
    return { module: StripeProcessorModule, imports: [HttpModule.register(httpSettings(connections))], providers: [provider], exports: [token] };
  }
}
