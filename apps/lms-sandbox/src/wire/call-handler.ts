import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { refuseEntry } from '../access/admission.js';
import type { Authentication, Authenticator } from '../access/authenticator.js';
import type { RateLimit } from '../access/rate-limit.js';
import { deliveryAfter, deliveryInstead, type Delivery } from '../faults/fault.delivery.js';
import type { FaultList } from '../faults/fault.list.js';
import type { LedgerCall } from '../ledger/ledger.js';
import type { Redactor } from '../ledger/redaction.js';
import { subjectOf } from '../ledger/subject.js';
import { readBody } from './body.js';
import { deliver } from './deliver.js';
import { detail, serverError, type LmsAnswer } from './lms-answer.js';
import { CrashError, type BodyReading, type LmsCall, type Resource } from './lms-call.js';
import { readCall } from './read-call.js';

/** Longer bodies are not kept: the ledger is for looking at. */
const LONGEST_KEPT_BODY = 16_384;

export interface CallHandlerParts {
  readonly authenticator: Authenticator;
  readonly rateLimit: RateLimit;
  readonly faults: FaultList;
  readonly redactor: Redactor;
  /** Aborted when the LMS goes down: what waits then is dropped without effect. */
  readonly whileUp: () => AbortSignal;
  /** Called after a call that may have changed the world. */
  readonly onChange: () => void;
}

interface Exchange {
  readonly resource: Resource;
  readonly call: LmsCall;
  readonly body: BodyReading;
  readonly authentication: Authentication;
  readonly entry: LedgerCall;
}

/** One call's way through the LMS: read, written down, met by a fault or not, worked, answered. */
export class CallHandler {
  constructor(private readonly parts: CallHandlerParts) {}

  async handle(request: FastifyRequest, reply: FastifyReply, resource: Resource, entry: LedgerCall): Promise<void> {
    const whileUp = this.parts.whileUp();
    const text = typeof request.body === 'string' ? request.body : '';
    const body = readBody(text, request.headers['content-type']);
    const authentication = await this.parts.authenticator.authenticate(request.method, request.headers);
    const call = readCall(request, body, resource.access, authentication);
    this.note(entry, call, text.length);
    const delivery = await this.work({ resource, call, body, authentication, entry }, whileUp);
    await deliver(reply, delivery, entry);
  }

  private note(entry: LedgerCall, call: LmsCall, bodyLength: number): void {
    const { text, value } = this.parts.redactor;
    const subject = subjectOf(call.path, call.query, call.body);
    const redact = (part: string | null): string | null => (part === null ? null : text(part));
    entry.user = redact(subject.user ?? call.caller.user?.username ?? null);
    entry.courseId = redact(subject.courseId);
    entry.mode = redact(subject.mode);
    entry.isActive = subject.isActive;
    if (bodyLength > LONGEST_KEPT_BODY) entry.body = `[${bodyLength} characters, not kept]`;
    else if (bodyLength > 0) entry.body = value(call.body);
  }

  private async work(exchange: Exchange, whileUp: AbortSignal): Promise<Delivery> {
    const { entry, call } = exchange;
    const fault = this.parts.faults.take({ method: call.method, path: call.path, user: entry.user, courseId: entry.courseId });
    entry.fault = fault?.kind ?? null;
    const instead = fault === null ? null : deliveryInstead(fault);
    if (instead !== null) return instead;
    if (fault?.kind === 'latency') await sleep(fault.ms, undefined, { signal: whileUp }).catch(() => undefined);
    // A process that is down works on nothing, whoever waits for it.
    if (whileUp.aborted) return { kind: 'silence' };
    const answer = await this.answer(exchange);
    entry.effect = answer.effect;
    if (call.method !== 'GET' && (answer.effect !== 'none' || answer.status < 300)) this.parts.onChange();
    return deliveryAfter(fault, answer);
  }

  private async answer({ resource, call, body, authentication }: Exchange): Promise<LmsAnswer> {
    const refusal = refuseEntry(resource, authentication, call, this.parts.rateLimit);
    if (refusal !== null) return refusal;
    const operation = resource.operations[call.method];
    if (operation === undefined) {
      return detail(405, `Method "${call.method}" not allowed.`, { Allow: [...Object.keys(resource.operations), 'OPTIONS'].join(', ') });
    }
    if ('refusal' in body) return body.refusal;
    try {
      return await operation(call);
    } catch (error) {
      if (error instanceof CrashError) return serverError();
      throw error;
    }
  }
}
