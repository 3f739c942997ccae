import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { deliveryAfter, deliveryInstead, type Delivery } from '../faults/fault.delivery.js';
import type { FaultList } from '../faults/fault.list.js';
import type { Fault } from '../faults/fault.schema.js';
import { keptBody } from '../ledger/redaction.js';
import type { Call } from '../world/records.js';
import type { World } from '../world/world.js';
import { json, type Answer } from './answer.js';
import { deliver } from './deliver.js';
import type { BodyReading, Dialect, GatewayCall, Resource } from './dialect.js';
import type { Idempotency, Turn } from './idempotency.js';
import { readCall } from './read-call.js';

export interface CallHandlerParts {
  readonly world: World;
  readonly faults: FaultList;
  readonly idempotency: Idempotency;
  /** Aborted when the sandbox stops: what waits then is dropped without effect. */
  readonly whileUp: AbortSignal;
  /** Does the work as of this call: its events name it. */
  readonly asOf: <Result>(call: GatewayCall, work: () => Result) => Result;
  /** Writes down what has changed, and lets the events out. */
  readonly commit: () => void;
}

interface Exchange {
  readonly dialect: Dialect;
  readonly resource: Resource | null;
  readonly call: GatewayCall;
  readonly body: BodyReading;
  readonly fault: Fault | null;
}

/** One call's way through a gateway: read, written down, met by a fault or not, worked, committed, answered. */
export class CallHandler {
  constructor(private readonly parts: CallHandlerParts) {}

  async handle(request: FastifyRequest, reply: FastifyReply, dialect: Dialect, resource: Resource | null): Promise<void> {
    const text = typeof request.body === 'string' ? request.body : '';
    const body = dialect.readBody(request.method, text, request.headers['content-type']);
    const call = readCall(request, dialect, 'fields' in body ? body.fields : {});
    const fault = this.parts.faults.take(call.method, call.path);
    this.arrive(call, dialect, keptBody(call.body, text.length), fault);
    reply.header(dialect.requestIdHeader, call.requestId);
    const delivery = await this.work({ dialect, resource, call, body, fault });
    const status = await deliver(reply, delivery);
    this.note(call, { status });
    this.parts.commit();
  }

  private async work(exchange: Exchange): Promise<Delivery> {
    const { dialect, call, fault } = exchange;
    const instead = deliveryInstead(fault);
    if (instead !== null && !(instead.kind === 'answer' && instead.answer.kept)) return instead;
    const refusal = dialect.refuseCaller(call);
    if (refusal !== null) return deliveryAfter(fault, refusal, dialect.gateway);
    const turn = this.parts.idempotency.begin(dialect, call);
    if (turn.answer !== null) {
      this.note(call, { replayed: turn.replayed });
      return deliveryAfter(fault, turn.answer, dialect.gateway);
    }
    if (fault?.kind === 'latency') await sleep(fault.ms, undefined, { signal: this.parts.whileUp }).catch(() => undefined);
    if (this.parts.whileUp.aborted) return { kind: 'silence' };
    return this.finish(exchange, turn, instead);
  }

  /** Work, the answer that is kept and what is written of the call: one step, one commit. */
  private finish(exchange: Exchange, turn: Turn, instead: Delivery | null): Delivery {
    const { call, fault, dialect } = exchange;
    if (instead?.kind === 'answer') {
      turn.end(instead.answer);
      this.parts.commit();
      return instead;
    }
    const answer = this.parts.asOf(call, () => this.answer(exchange));
    const delivery = deliveryAfter(fault, answer, dialect.gateway);
    turn.end(fault?.kind === 'status_after' && fault.kept === true && delivery.kind === 'answer' ? delivery.answer : answer);
    this.note(call, { worked: answer.status < 400 });
    this.parts.commit();
    return delivery;
  }

  private answer({ dialect, resource, call, body }: Exchange): Answer {
    if (resource === null) return dialect.notFound(call);
    const operation = resource.operations[call.method];
    if (operation === undefined) return dialect.notAllowed(call);
    if ('refusal' in body) return body.refusal;
    try {
      return operation(call);
    } catch (thrown) {
      return dialect.refusalOf(thrown, call) ?? bug(thrown);
    }
  }

  private arrive(call: GatewayCall, { gateway }: Dialect, body: unknown, fault: Fault | null): void {
    const { requestId: id, method, path, query, idempotencyKey } = call;
    const seen = { id, seq: this.parts.world.nextSeq(), at: new Date().toISOString(), gateway, method, path, query: query.toString(), idempotencyKey, body };
    this.parts.world.calls.put({ ...seen, status: null, replayed: false, worked: false, fault: fault?.kind ?? null });
  }

  private note({ requestId }: GatewayCall, change: Partial<Call>): void {
    const entry = this.parts.world.calls.get(requestId);
    if (entry !== undefined) this.parts.world.calls.put({ ...entry, ...change });
  }
}

/** Not the gateway's doing: somebody has to mend this program. */
function bug(thrown: unknown): Answer {
  process.stderr.write(`gateway-sandbox: a bug: ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}\n`);
  return json(500, { error: 'a bug of the sandbox' }, { kept: false });
}
