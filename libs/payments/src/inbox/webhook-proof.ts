import { GatewayFailure } from '../contract/gateway-failure.js';
import { WebhookRefusedError, type WebhookDelivery, type WebhookEvent, type WebhookSubject } from '../contract/webhook-event.js';
import { callWithin } from '../ledger/call-within.js';
import type { WiredGateway } from '../registry/processor.registry.js';
import { storable, storableName } from './storable.js';

/** As the contract has it, and as an index of the inbox takes it. */
const LONGEST = 255;

/**
 * Asks a gateway's plug-in for the proof, within its time-out, and for what the message is about, in a form that can be stored.
 *
 * @throws {WebhookRefusedError} it is not proven, or cannot be read.
 * @throws {GatewayFailure} nobody knows: the plug-in broke down, or could not have the proof. Sent again, it may be proven.
 */
export async function provenEvent({ name, gateway, timeoutMs }: WiredGateway, delivery: Omit<WebhookDelivery, 'signal'>): Promise<WebhookEvent> {
  try {
    return formed(await callWithin(timeoutMs, (signal) => gateway.parseWebhook({ ...delivery, signal })));
  } catch (thrown) {
    if (thrown instanceof WebhookRefusedError || thrown instanceof GatewayFailure) throw thrown;
    throw new GatewayFailure(`The payment processor "${name}" broke down over a webhook.`, { kind: 'unknown', passing: true }, { cause: thrown });
  }
}

function formed({ eventId, type, subject }: WebhookEvent): WebhookEvent {
  if (!isIdentifier(eventId)) throw new WebhookRefusedError('unreadable', `The event has no identifier of 1 to ${LONGEST} characters.`);
  return { eventId, type: [...storable(type)].slice(0, LONGEST).join(''), subject: subject && storableSubject(subject) };
}

/** One that would be stored as another could be taken for a repeated one. */
function isIdentifier(eventId: unknown): boolean {
  return typeof eventId === 'string' && eventId.length > 0 && eventId.length <= LONGEST && storable(eventId) === eventId;
}

function storableSubject({ reference, captureReference, paymentId, orderNumber }: WebhookSubject): WebhookSubject {
  const name = (value: string | null) => value && storableName(value, LONGEST);
  return { reference: name(reference), captureReference: name(captureReference), paymentId: name(paymentId), orderNumber: name(orderNumber) };
}
