import { createHash } from 'node:crypto';
import type { KeptAnswer } from '../world/records.js';
import type { World } from '../world/world.js';
import type { Answer } from './answer.js';
import type { Dialect, GatewayCall } from './dialect.js';

/** One call that carries an idempotency key, from its arrival to the end of its work. */
export interface Turn {
  /** The answer without work: replayed or refused. Null where the work is to be done. */
  readonly answer: Answer | null;
  readonly replayed: boolean;
  /** Keeps the answer under the key, in the commit of the work. */
  end(answer: Answer): void;
}

const FREE: Turn = { answer: null, replayed: false, end: () => undefined };

/** Remembers what every idempotency key was answered, and which keys are being worked on. */
export class Idempotency {
  private readonly inFlight = new Set<string>();

  constructor(private readonly world: World) {}

  begin(dialect: Dialect, call: GatewayCall): Turn {
    if (call.idempotencyKey === null) return FREE;
    const id = `${dialect.gateway} ${dialect.keyScope(call)}`;
    const kept = this.world.answers.get(id);
    const fingerprint = fingerprintOf(call);
    if (kept !== undefined) return repeated(dialect, call, kept, fingerprint);
    if (this.inFlight.has(id)) return { ...FREE, answer: dialect.inFlight(call) };
    this.inFlight.add(id);
    return { ...FREE, end: (answer) => this.keep({ id, fingerprint, path: call.path }, answer) };
  }

  private keep(key: Pick<KeptAnswer, 'id' | 'fingerprint' | 'path'>, { kept, status, body, subject }: Answer): void {
    this.inFlight.delete(key.id);
    if (kept) this.world.answers.put({ ...key, status, body, subject });
  }
}

function repeated(dialect: Dialect, call: GatewayCall, kept: KeptAnswer, fingerprint: string): Turn {
  if (kept.fingerprint !== fingerprint) return { ...FREE, answer: dialect.otherParameters(call, kept) };
  return { ...FREE, answer: dialect.replay(call, kept), replayed: true };
}

function fingerprintOf({ method, path, body }: GatewayCall): string {
  return createHash('sha256').update(JSON.stringify([method, path, sorted(body)])).digest('hex');
}

/** The order of the fields does not count. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)).map(([name, held]) => [name, sorted(held)]);
}
