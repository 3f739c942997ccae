import { randomUUID } from 'node:crypto';
import type { FulfillmentRequest } from '@order-fulfillment/fulfiller-kit';
import type { EndpointMessage } from './endpoint.client.js';
import type { Verb } from './endpoint-failures.js';

/** A product's details, as the endpoint gets them: a JSON object. */
export type WebhookDetails = Readonly<Record<string, unknown>>;

/**
 * What is sent for a line. A change is always sent by the same identifier, so that whoever has done it already can tell; a question is a
 * new one each time, lest an old answer to it come again.
 */
export function messageOf(verb: Verb, request: FulfillmentRequest<WebhookDetails>): EndpointMessage {
  const { idempotencyKey: lineKey, orderNumber, placedAt, learner, quantity, details, attempt, acceptedReference } = request;
  const { username, email } = learner;
  const data = { lineKey, orderNumber, placedAt: placedAt.toISOString(), learner: { username, email }, quantity, details, attempt, acceptedReference };
  const id = verb === 'verify' ? `${lineKey}_verify_${randomUUID()}` : `${lineKey}_${verb}`;
  return { id, body: JSON.stringify({ type: `fulfillment.${verb}`, timestamp: new Date().toISOString(), data }) };
}
