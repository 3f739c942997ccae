import { Inject, Injectable, Logger } from '@nestjs/common';
import { DependencySettings, type Setting } from './dependency-settings.js';
import { LIMITS_OPTIONS, type LimitsOptions } from './limits.options.js';
import type { Context } from './rules.js';
import { UNKNOWN_STATE, type SharedState } from './shared-state.js';
import { SharedStates } from './shared-states.js';
import type { StateStore } from './state-store.js';

/** How old may be what a process acts on without asking the store. */
const FRESH_MS = 1_000;

interface Snapshot {
  /** By this process's monotonic clock. */
  readonly readAtMs: number;
  /** By the store's clock, at that time. */
  readonly nowMs: number;
  readonly store: StateStore['kind'] | null;
  readonly states: Map<string, SharedState>;
  readonly settings: ReadonlyMap<string, Setting>;
}

/** What this process knows of all dependencies: at most a second old while a store answers, the last known else. */
@Injectable()
export class KnownDependencies {
  private readonly logger = new Logger(KnownDependencies.name);
  private snapshot: Snapshot = { readAtMs: -Infinity, nowMs: 0, store: null, states: new Map(), settings: new Map() };
  private refreshing: Promise<void> | null = null;
  private storesFailed = false;
  private notedSinceRead = new Map<string, SharedState>();

  constructor(
    private readonly shared: SharedStates,
    private readonly settings: DependencySettings,
    @Inject(LIMITS_OPTIONS) private readonly options: LimitsOptions,
  ) {}

  /** Which store told the newest states. */
  get store(): StateStore['kind'] {
    return this.snapshot.store ?? (this.options.redisUrl === null ? 'postgresql' : 'redis');
  }

  /** Sees to it that what is known is fresh; whoever comes meanwhile waits for the same reading. Never throws. */
  async refresh(): Promise<void> {
    if (performance.now() - this.snapshot.readAtMs < FRESH_MS) return;
    this.refreshing ??= this.readOrKeep().finally(() => (this.refreshing = null));
    await this.refreshing;
  }

  /** @throws when a store does not answer. */
  async read(): Promise<void> {
    await this.readWith(() => this.settings.read());
  }

  state(dependency: string): SharedState {
    return this.snapshot.states.get(dependency) ?? UNKNOWN_STATE;
  }

  isStored(dependency: string): boolean {
    return this.snapshot.states.has(dependency);
  }

  setting(dependency: string): Setting | undefined {
    return this.snapshot.settings.get(dependency);
  }

  /** The rules of one dependency; the store's time is reckoned on from the last reading unless it is given. */
  context(dependency: string, nowMs = this.nowMs()): Context {
    const setting = this.setting(dependency);
    const ratePerMinute = setting?.ratePerMinute ?? this.options.ratePerMinute[dependency] ?? 0;
    return { rules: { dependency, breaker: this.options.breaker, ratePerMinute, pause: setting?.pause ?? null }, nowMs };
  }

  note(dependency: string, state: SharedState): void {
    this.snapshot.states.set(dependency, state);
    this.notedSinceRead.set(dependency, state);
  }

  /** Whatever was asked, configured or changed, anywhere. */
  names(): string[] {
    return [...new Set([...this.snapshot.states.keys(), ...this.snapshot.settings.keys(), ...Object.keys(this.options.ratePerMinute)])].sort();
  }

  private async readWith(readSettings: () => Promise<Snapshot['settings']>): Promise<void> {
    this.notedSinceRead = new Map();
    const [{ nowMs, store, states }, settings] = await Promise.all([this.shared.read(), readSettings()]);
    const stored = [...states].map(([name, { state }]) => [name, state] as const);
    // What was written while the reading was on its way is newer than what it brings.
    this.snapshot = { readAtMs: performance.now(), nowMs, store, states: new Map([...stored, ...this.notedSinceRead]), settings };
  }

  /** Redis may answer while PostgreSQL does not: then what operators have set stays as it was last known. */
  private async readOrKeep(): Promise<void> {
    try {
      await this.readWith(() => this.settings.read().catch(() => this.snapshot.settings));
      this.storesFailed = false;
    } catch (error) {
      if (!this.storesFailed) this.logger.warn(`No store of breaker and rate answers: this process goes by what it knows. ${String(error)}`);
      this.storesFailed = true;
      this.snapshot = { ...this.snapshot, readAtMs: performance.now(), nowMs: this.nowMs() };
    }
  }

  private nowMs(): number {
    const { readAtMs, nowMs } = this.snapshot;
    return Number.isFinite(readAtMs) ? nowMs + performance.now() - readAtMs : Date.now();
  }
}
