import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { DueWork, DueWorkSource } from '../due-work/due-work.js';
import type { WorkStore, WorkStores } from './work-store.js';

/** What a source is asked for at once. */
export const BATCH_SIZE = 500;
/** More is not handed over while so many wait, so at most this and a batch of each source wait. */
export const LOW_WATER = 250;
const POLL_MS = 20;

/** Finds the due work of one source and hands it over. */
export class SourceSweep {
  private readonly logger = new Logger(SourceSweep.name);
  private underway: Promise<void> | null = null;
  private stopped = false;
  private sweptAt: Date | null = null;

  constructor(
    private readonly source: DueWorkSource,
    private readonly stores: WorkStores,
    private readonly patienceMs: number,
  ) {}

  /** When the source was last asked and its answer handed over. */
  get lastSweptAt(): Date | null {
    return this.sweptAt;
  }

  /** Sweeps, unless it is still sweeping. Never throws. */
  sweep(store: WorkStore): Promise<void> {
    if (this.stopped) return Promise.resolve();
    this.underway ??= this.handOverAll(store)
      .catch((thrown: unknown) => {
        if (!this.stopped) this.logger.error(`The due-work source "${this.source.name}" was not swept.`, thrown instanceof Error ? thrown.stack : String(thrown));
      })
      .finally(() => {
        this.underway = null;
      });
    return this.underway;
  }

  /** Asks for no more. Resolves when the last question is answered. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.underway;
  }

  /** Goes on while there is more than one batch, as fast as it is worked off. Ends on a batch that brings nothing new: its work does not get less by performing it. */
  private async handOverAll(first: WorkStore): Promise<void> {
    let store = first;
    let handedOver: ReadonlySet<string> = new Set();
    while (await this.hasRoom(store)) {
      const batch = await this.source.findDue(BATCH_SIZE);
      if (this.stopped) return;
      store = await this.handOver(store, batch);
      this.sweptAt = new Date();
      if (batch.length < BATCH_SIZE || batch.every((work) => handedOver.has(identity(work)))) return;
      handedOver = new Set(batch.map(identity));
    }
  }

  private async handOver(store: WorkStore, batch: readonly DueWork[]): Promise<WorkStore> {
    try {
      await store.take(this.source.name, batch);
      return store;
    } catch (error) {
      const other = this.stores.without(`Redis did not take wake-ups for due work: ${String(error)}.`);
      await other.take(this.source.name, batch);
      return other;
    }
  }

  /** Waits for room, but no longer than until the next sweep, which may choose another store. */
  private async hasRoom(store: WorkStore): Promise<boolean> {
    const endsAtMs = performance.now() + this.patienceMs;
    while (!this.stopped) {
      if ((await store.waiting()) < LOW_WATER) return true;
      if (performance.now() >= endsAtMs) return false;
      await sleep(POLL_MS);
    }
    return false;
  }
}

function identity({ id, dueAt }: DueWork): string {
  return `${id}:${dueAt.getTime()}`;
}
