import { HttpModule, HttpService } from '@nestjs/axios';
import { type DynamicModule, Module } from '@nestjs/common';
import type { ProcessorManifest, ProcessorRegistration } from '../contract/processor-module.js';
import { GatewayConnections } from '../gateway-calls/gateway.connections.js';
import { GatewayHttp, httpSettings } from '../gateway-calls/gateway.http.js';
import { PayPalCertificates } from './paypal.certificates.js';
import { PayPalClient } from './paypal.client.js';
import { type PayPalOptions, PayPalOptionsSchema } from './paypal.options.js';
import { PayPalProcessor } from './paypal.processor.js';

/**
 * Takes money through PayPal, by Orders v2. In the settings of the REST app, Disputes and Transaction search must be switched on.
 *
 * Options:
 * - `clientId`, `clientSecret`: of the REST app. The secret is never shown.
 * - `webhookId`: of the webhook that posts to us; its signatures are bound to it.
 * - `apiUrl`: https://api-m.paypal.com unless given; https://api-m.sandbox.paypal.com, or a stand-in, for tests.
 * - `certHosts`: where the certificates of webhooks may be fetched, beside the host of `apiUrl`; PayPal's two unless given.
 * - `returnUrl`, `cancelUrl`: our pages to which PayPal sends the buyer back, with `{orderNumber}` in them.
 * - `brandName`: what the buyer reads at PayPal; the name of the account unless given.
 */
@Module({})
export class PayPalProcessorModule {
  static readonly manifest: ProcessorManifest<PayPalOptions> = {
    contractVersion: 1,
    name: 'paypal',
    kind: 'gateway',
    options: PayPalOptionsSchema,
    secretOptions: ['clientSecret'],
  };

  static register({ token, options, timeoutMs }: ProcessorRegistration<PayPalOptions>): DynamicModule {
    const connections = new GatewayConnections();
    const useFactory = (service: HttpService) => {
      const http = new GatewayHttp(service);
      const client = new PayPalClient(http, options, timeoutMs);
      return new PayPalProcessor({ client, certificates: new PayPalCertificates(http, options, timeoutMs), options, timeoutMs, close: () => connections.close() });
    };
    const provider = { provide: token, useFactory, inject: [HttpService] };
    return { module: PayPalProcessorModule, imports: [HttpModule.register(httpSettings(connections))], providers: [provider], exports: [token] };
  }
}
