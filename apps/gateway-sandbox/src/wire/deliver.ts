import type { FastifyReply } from 'fastify';
import type { Delivery } from '../faults/fault.delivery.js';

/** Sends an answer, or does to the connection what the delivery says. Gives the status as it leaves; null where none does. */
export async function deliver(reply: FastifyReply, delivery: Delivery): Promise<number | null> {
  const { socket } = reply.request;
  if (delivery.kind !== 'answer') {
    reply.hijack();
    if (delivery.kind === 'reset') socket.resetAndDestroy();
    return null;
  }
  const { status, headers, contentType, body } = delivery.answer;
  reply.code(status).headers(headers);
  if (contentType !== null && !reply.hasHeader('content-type')) reply.header('content-type', contentType);
  // The client may have hung up while the gateway was at work.
  const left = socket.destroyed ? null : status;
  await reply.send(body);
  return left;
}
