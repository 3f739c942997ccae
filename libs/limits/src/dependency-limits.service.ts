import { randomUUID } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { DependencySettings, type ChangedBy, type DependencyChange } from './dependency-settings.js';
import { decideAsk, decideReport, type Ask, type AskDecision, type DeliveryReport } from './dependency-state.js';
import { dependencyView, type DependencyState } from './dependency-view.js';
import { HeldLeaves } from './held-leaves.js';
import { KnownDependencies } from './known-dependencies.js';
import type { Leave, Refusal, Report, Traffic } from './leave.js';
import { assertDependencyName } from './limits.options.js';
import { SharedStates } from './shared-states.js';

/**
 * Leave to call a dependency, for all replicas together.
 *
 * While a dependency works and has no limit, neither `ask` nor `report` makes a round trip, but for one reading a second.
 * Without any store a process goes by what it knows, so a lost store never stops a delivery by itself.
 */
@Injectable()
export class DependencyLimits {
  private readonly logger = new Logger(DependencyLimits.name);
  private readonly held = new HeldLeaves();

  constructor(
    private readonly known: KnownDependencies,
    private readonly shared: SharedStates,
    private readonly settings: DependencySettings,
  ) {}

  /**
   * Leave for up to `wanted` deliveries, each of which makes 1 to 4 calls and is reported exactly once.
   *
   * @throws {Error} only for a name that is none.
   */
  async ask(dependency: string, traffic: Traffic, wanted = 1): Promise<Leave> {
    assertDependencyName(dependency);
    if (wanted < 1) return { granted: 0, refusal: null };
    await this.known.refresh();
    const ask = { traffic, wanted, probeId: randomUUID() };
    const { leave, isProbe, generation } = await this.decide(dependency, ask);
    this.held.hold(dependency, traffic, { probeId: isProbe ? ask.probeId : null, generation }, leave.granted);
    return leave;
  }

  /** Exactly once for each granted delivery. `calls`: how many it really made, read-backs included. Never throws. */
  async report(dependency: string, traffic: Traffic, calls: number, report: Report): Promise<void> {
    try {
      assertDependencyName(dependency);
      const held = this.held.take(dependency, traffic);
      await this.known.refresh();
      await this.note(dependency, { traffic, calls, report, ...held });
    } catch (error) {
      this.logger.warn(`What came of a call of ${dependency} could not be noted: ${String(error)}`);
    }
  }

  /** Dependencies from which backlog traffic would be refused now, with why. At most a second old. */
  async blocked(): Promise<ReadonlyMap<string, Refusal>> {
    await this.known.refresh();
    const ask = { traffic: 'backlog', wanted: 1, probeId: '' } as const;
    const refusals = this.known.names().map((name) => [name, decideAsk(this.known.state(name), ask, this.known.context(name)).leave.refusal] as const);
    return new Map(refusals.flatMap(([name, refusal]) => (refusal ? [[name, refusal] as const] : [])));
  }

  /** Every dependency that was ever asked, configured or changed, by name. @throws when PostgreSQL is away. */
  async states(): Promise<DependencyState[]> {
    await this.known.read();
    return this.known.names().map((name) => dependencyView(name, this.known));
  }

  /**
   * What an operator wants from now on. Other replicas go by it within a second. Audited in the same commit.
   *
   * @throws {Error} for a name, rate, actor or reason that is none, and for a change of nothing.
   */
  async change(dependency: string, change: DependencyChange, by: ChangedBy): Promise<DependencyState> {
    assertDependencyName(dependency);
    await this.settings.change(dependency, change, by);
    await this.known.read();
    return dependencyView(dependency, this.known);
  }

  /** An answer that changes nothing needs no store. A name that is new is written once, so that operators see it. */
  private async decide(dependency: string, ask: Ask): Promise<AskDecision> {
    const state = this.known.state(dependency);
    const local = decideAsk(state, ask, this.known.context(dependency));
    if (local.state === state && this.known.isStored(dependency)) return local;
    try {
      const { state: stored, answer } = await this.shared.change(dependency, (current, nowMs) => {
        const decision = decideAsk(current, ask, this.known.context(dependency, nowMs));
        return { state: decision.state, answer: decision };
      });
      this.known.note(dependency, stored);
      return answer;
    } catch {
      this.known.note(dependency, local.state);
      return local;
    }
  }

  private async note(dependency: string, report: DeliveryReport): Promise<void> {
    const state = this.known.state(dependency);
    const local = decideReport(state, report, this.known.context(dependency));
    if (local === state && !state.opened && report.report.outcome !== 'failed') return;
    try {
      const change = (current: typeof state, nowMs: number) => ({ state: decideReport(current, report, this.known.context(dependency, nowMs)), answer: null });
      this.known.note(dependency, (await this.shared.change(dependency, change)).state);
    } catch {
      this.known.note(dependency, local);
    }
  }
}
