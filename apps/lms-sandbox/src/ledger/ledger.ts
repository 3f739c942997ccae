import type { Effect } from '../wire/lms-answer.js';

/** One call to the LMS, written down when it arrives and filled in as more becomes known. */
export interface LedgerCall {
  /** Counts up for the life of the process, also over `DELETE /ledger`. */
  readonly seq: number;
  /** By the machine's clock, not the sandbox's. */
  readonly at: string;
  readonly method: string;
  readonly path: string;
  readonly forwardedFor: string | null;
  /** Whom the call is about: named in it, or else the caller himself. */
  user: string | null;
  courseId: string | null;
  mode: string | null;
  isActive: boolean | null;
  body: unknown;
  /** Null as long as, and if, no answer was sent. */
  status: number | null;
  effect: Effect;
  /** The kind of the fault that met this call. */
  fault: string | null;
}

export interface LedgerFilter {
  readonly user?: string | undefined;
  readonly courseId?: string | undefined;
  readonly method?: string | undefined;
  readonly afterSeq?: number | undefined;
}

const MOST_CALLS = 200_000;

/** What the LMS was asked, in the order of arrival. Beyond the limit the oldest calls are dropped. */
export class Ledger {
  private readonly calls = new Map<number, LedgerCall>();
  private lastSeq = 0;

  constructor(private readonly limit = MOST_CALLS) {}

  arrive(call: Pick<LedgerCall, 'method' | 'path' | 'forwardedFor'>): LedgerCall {
    const seq = ++this.lastSeq;
    const entry: LedgerCall = { seq, at: new Date().toISOString(), ...call, ...UNKNOWN };
    this.calls.set(seq, entry);
    this.calls.delete(seq - this.limit);
    return entry;
  }

  find({ user, courseId, method, afterSeq = 0 }: LedgerFilter): readonly LedgerCall[] {
    return [...this.calls.values()].filter(
      (call) =>
        call.seq > afterSeq &&
        (user === undefined || call.user === user) &&
        (courseId === undefined || call.courseId === courseId) &&
        (method === undefined || call.method === method.toUpperCase()),
    );
  }

  clear(): void {
    this.calls.clear();
  }
}

const UNKNOWN = { user: null, courseId: null, mode: null, isActive: null, body: null, status: null, effect: 'none', fault: null } as const;
