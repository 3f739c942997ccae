import type { IncomingMessage } from 'node:http';
import type { FastifyRequest } from 'fastify';
import { pathOf } from '../wire/read-call.js';
import type { Ledger, LedgerCall } from './ledger.js';
import type { Redactor } from './redaction.js';

/** Writes a call down as soon as its head has come in, and finds the entry again when more is known. */
export class Arrivals {
  private readonly entries = new WeakMap<IncomingMessage, LedgerCall>();

  constructor(
    private readonly ledger: Ledger,
    private readonly redactor: Redactor,
  ) {}

  of(request: FastifyRequest): LedgerCall {
    return this.entries.get(request.raw) ?? this.writeDown(request);
  }

  private writeDown({ raw, method, originalUrl, headers }: FastifyRequest): LedgerCall {
    const { text } = this.redactor;
    const forwardedFor = headers['x-forwarded-for']?.toString() ?? null;
    const entry = this.ledger.arrive({ method, path: text(pathOf(originalUrl)), forwardedFor: forwardedFor === null ? null : text(forwardedFor) });
    this.entries.set(raw, entry);
    return entry;
  }
}
