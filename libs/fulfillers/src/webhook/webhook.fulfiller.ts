import type { OnApplicationShutdown } from '@nestjs/common';
import { type Delivered, type Fulfiller, type FulfillmentRequest, type Receipt, parseOrFail } from '@order-fulfillment/fulfiller-kit';
import type { EndpointAnswer, EndpointClient } from './endpoint.client.js';
import { type Asked, type Verb, unansweredFailure } from './endpoint-failures.js';
import { assertGone, deliveredIn, foundIn } from './webhook.answers.js';
import { detailsSchema } from './webhook.details.js';
import { type WebhookDetails, messageOf } from './webhook.message.js';
import type { WebhookOptions } from './webhook.options.js';

/** Delivers by one signed call for each verb. That the second call is harmless is for the endpoint: it gets the same identifier again. */
export class WebhookFulfiller implements Fulfiller<WebhookDetails>, OnApplicationShutdown {
  private readonly schema;
  private readonly url: URL;

  constructor(
    private readonly endpoint: EndpointClient,
    private readonly options: WebhookOptions,
    private readonly productType: string,
  ) {
    this.schema = detailsSchema(options.requiredDetails);
    this.url = new URL(options.url);
  }

  parseDetails(raw: unknown): WebhookDetails {
    return parseOrFail(this.schema, raw, 'details of a product that is delivered by a webhook');
  }

  async fulfill(request: FulfillmentRequest<WebhookDetails>): Promise<Delivered> {
    return deliveredIn(await this.ask('deliver', request), this.asked('deliver', request), this.options);
  }

  async verify(request: FulfillmentRequest<WebhookDetails>): Promise<Receipt | null> {
    return foundIn(await this.ask('verify', request), this.asked('verify', request), request.acceptedReference !== null);
  }

  async revoke(request: FulfillmentRequest<WebhookDetails>): Promise<void> {
    assertGone(await this.ask('revoke', request), this.asked('revoke', request));
  }

  onApplicationShutdown(): void {
    this.endpoint.close();
  }

  private async ask(verb: Verb, request: FulfillmentRequest<WebhookDetails>): Promise<EndpointAnswer> {
    try {
      return await this.endpoint.post(messageOf(verb, request), request.signal);
    } catch (error) {
      throw unansweredFailure(error, this.asked(verb, request));
    }
  }

  private asked(verb: Verb, { learner }: FulfillmentRequest<WebhookDetails>): Asked {
    return { verb, productType: this.productType, url: this.url, hidden: [this.options.secret, bytesOf(this.options.secret), learner.email ?? ''] };
  }
}

/** A secret without the `whsec_` before it, as some libraries keep it. */
function bytesOf(secret: string): string {
  return secret.slice(secret.indexOf('_') + 1);
}
