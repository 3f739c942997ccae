import type { Dispute, Payment, Refund, WebhookEvent } from '../world/records.js';
import type { World } from '../world/world.js';

/** There is no such thing in this sandbox. */
export class NotHereError extends Error {
  override readonly name = 'NotHereError';
}

/**
 * A payment by what either side calls it: the gateway's id, that of its charge or capture, or anything the shop had written down with it. The newest,
 * where several fit.
 *
 * @throws {NotHereError}
 */
export function paymentBy(world: World, reference: string): Payment {
  const named = world.payments.get(reference);
  const found = named ?? world.payments.newestFirst().find(({ takings, metadata }) => takings.some(({ id }) => id === reference) || isWrittenIn(metadata, reference));
  if (found === undefined) throw new NotHereError(`There is no payment ${reference}.`);
  return found;
}

/** By the gateway's id, or by what the shop had written down with it. @throws {NotHereError} */
export function refundBy(world: World, reference: string): Refund {
  const found = world.refunds.get(reference) ?? world.refunds.newestFirst().find(({ metadata }) => isWrittenIn(metadata, reference));
  if (found === undefined) throw new NotHereError(`There is no refund ${reference}.`);
  return found;
}

/** As one of the texts, or as the beginning of one that goes on after a mark: an order's number in an invoice's. */
function isWrittenIn(metadata: Readonly<Record<string, string>>, reference: string): boolean {
  return Object.values(metadata).some((text) => text === reference || (text.startsWith(reference) && /^[^A-Za-z0-9]$/.test(text.charAt(reference.length))));
}

/** @throws {NotHereError} */
export function disputeBy(world: World, id: string): Dispute {
  const found = world.disputes.get(id);
  if (found === undefined) throw new NotHereError(`There is no dispute ${id}.`);
  return found;
}

/** @throws {NotHereError} */
export function eventBy(world: World, id: string): WebhookEvent {
  const found = world.events.get(id);
  if (found === undefined) throw new NotHereError(`There is no event ${id}.`);
  return found;
}
