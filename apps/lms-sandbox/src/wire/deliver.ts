import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyReply } from 'fastify';
import type { Delivery } from '../faults/fault.delivery.js';
import type { LedgerCall } from '../ledger/ledger.js';
import type { LmsAnswer } from './lms-answer.js';

const CHUNK_BYTES = 65_536;

/** Sends an answer, or does to the connection what the delivery says. The ledger gets the status as it leaves. */
export async function deliver(reply: FastifyReply, delivery: Delivery, entry: LedgerCall): Promise<void> {
  const { socket } = reply.request;
  if (delivery.kind === 'reset' || delivery.kind === 'silence') {
    reply.hijack();
    if (delivery.kind === 'reset') socket.resetAndDestroy();
    return;
  }
  // The client may have hung up while the LMS was at work.
  entry.status = socket.destroyed ? null : delivery.answer.status;
  head(reply, delivery.answer);
  if (delivery.kind === 'drip') return drip(reply, delivery.answer.body, delivery.ms);
  await reply.send(delivery.kind === 'flood' ? flood(delivery.answer.body, delivery.bytes) : delivery.answer.body);
}

function head(reply: FastifyReply, answer: LmsAnswer): void {
  reply.code(answer.status);
  for (const [name, value] of Object.entries(answer.headers)) reply.header(name, value);
  if (answer.contentType !== null && !reply.hasHeader('content-type')) reply.header('content-type', answer.contentType);
}

/** One byte after the other, spread over the time; several at once where there are more bytes than milliseconds. */
async function drip(reply: FastifyReply, body: string, ms: number): Promise<void> {
  const bytes = Buffer.from(body, 'utf8');
  const headers = { ...reply.getHeaders(), 'content-length': String(bytes.length) };
  reply.hijack();
  reply.raw.writeHead(reply.statusCode, headers as Record<string, string>); // those that head() has set
  const startedAt = performance.now();
  for (let sent = 0; sent < bytes.length && !reply.raw.destroyed; ) {
    await sleep(Math.max(1, ms / bytes.length));
    const due = Math.max(sent + 1, Math.floor((bytes.length * (performance.now() - startedAt)) / Math.max(1, ms)));
    reply.raw.write(bytes.subarray(sent, due));
    sent = due;
  }
  reply.raw.end();
}

/** The body, then blanks: still good JSON, so that only a limit on size saves the client. Its length is not announced. */
function flood(body: string, bytes: number): Readable {
  const blanks = Buffer.alloc(CHUNK_BYTES, ' ');
  return Readable.from(
    (function* () {
      yield Buffer.from(body, 'utf8');
      for (let left = bytes - Buffer.byteLength(body); left > 0; left -= CHUNK_BYTES) yield blanks.subarray(0, Math.min(left, CHUNK_BYTES));
    })(),
  );
}
