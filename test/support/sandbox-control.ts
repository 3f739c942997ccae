/** A call that the sandbox LMS was asked, as its ledger has it. */
export interface LedgerCall {
  readonly seq: number;
  readonly at: string;
  readonly method: string;
  readonly path: string;
  readonly forwardedFor: string | null;
  readonly user: string | null;
  readonly courseId: string | null;
  readonly mode: string | null;
  readonly isActive: boolean | null;
  readonly body: unknown;
  /** Null when no answer was sent. */
  readonly status: number | null;
  readonly effect: 'none' | 'created' | 'changed' | 'unchanged' | 'deactivated';
  readonly fault: string | null;
}

export interface SandboxEnrollment {
  readonly user: string;
  readonly courseId: string;
  readonly mode: string;
  readonly isActive: boolean;
  readonly attributes: readonly { readonly namespace: string; readonly name: string; readonly value: string }[];
  readonly history: readonly { readonly mode: string; readonly isActive: boolean; readonly at: string }[];
}

export interface SandboxEntitlement {
  readonly uuid: string;
  readonly user: string;
  readonly courseUuid: string;
  readonly mode: string;
  readonly orderNumber: string | null;
  readonly expiredAt: string | null;
}

/** As the sandbox's README lists them: `{ kind: 'status', status: 503, times: 1 }` and others. */
export type Fault = Readonly<{ kind: string } & Record<string, unknown>>;

/** Breaks, mends and questions a sandbox LMS. Every method throws with the sandbox's own sentence when it refuses. */
export class SandboxControl {
  constructor(readonly url: string) {}

  /** From now on exactly these faults; none when called with none. */
  async faults(...faults: readonly Fault[]): Promise<void> {
    await this.ask('PUT', '/faults', faults);
  }

  /** No fault and no outage any more. What was asked and enrolled stays. */
  async mend(): Promise<void> {
    await this.faults();
    await this.ask('DELETE', '/outage');
  }

  /** The LMS's port refuses connections; until `mend` when no time is given. */
  async outage(durationMs?: number): Promise<void> {
    await this.ask('POST', '/outage', durationMs === undefined ? {} : { durationMs });
  }

  /** What was asked, in the order of arrival. */
  async ledger(filter: Readonly<{ user?: string; courseId?: string; method?: string; afterSeq?: number }> = {}): Promise<LedgerCall[]> {
    const { calls } = (await this.ask('GET', `/ledger${queryOf(filter)}`)) as { calls: LedgerCall[] };
    return calls;
  }

  async enrollments(filter: Readonly<{ user?: string; courseId?: string }> = {}): Promise<SandboxEnrollment[]> {
    return (await this.ask('GET', `/enrollments${queryOf(filter)}`)) as SandboxEnrollment[];
  }

  /** Expired ones included. */
  async entitlements(filter: Readonly<{ user?: string }> = {}): Promise<SandboxEntitlement[]> {
    return (await this.ask('GET', `/entitlements${queryOf(filter)}`)) as SandboxEntitlement[];
  }

  /** Adds users, courses, enrollments …; those that exist are changed. */
  async seed(rows: Readonly<Record<string, unknown>>): Promise<void> {
    await this.ask('POST', '/seed', rows);
  }

  /** Forgets faults, ledger and enrollments. Users and courses stay. */
  async reset(): Promise<void> {
    await this.ask('DELETE', '/outage');
    await this.ask('POST', '/reset', {});
  }

  private async ask(method: string, path: string, body?: unknown): Promise<unknown> {
    const sent = body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    const response = await fetch(`${this.url}${path}`, { method, ...sent });
    const text = await response.text();
    if (!response.ok) throw new Error(`The sandbox refused ${method} ${path}: ${response.status} ${text}`);
    return text === '' ? null : JSON.parse(text);
  }
}

function queryOf(filter: Readonly<Record<string, string | number | undefined>>): string {
  const set = Object.entries(filter).flatMap(([name, value]): [string, string][] => (value === undefined ? [] : [[name, String(value)]]));
  return set.length === 0 ? '' : `?${new URLSearchParams(set).toString()}`;
}
