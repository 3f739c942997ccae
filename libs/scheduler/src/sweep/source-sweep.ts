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
  private store: WorkStore;
  private stopped = false;
  private sweptAt: Date | null = null;

  constructor(
    private readonly source: DueWorkSource,
    private readonly stores: WorkStores,
  ) {
    this.store = stores.inProcess;
  }

  /** When the source was last asked and its answer handed over. */
  get lastSweptAt(): Date | null {
    return this.sweptAt;
  }

  /** Sweeps; a sweep that still runs goes on in this store. Never throws. */
  sweep(store: WorkStore): Promise<void> {
    if (this.stopped) return Promise.resolve();
    this.store = store;
    this.underway ??= this.handOverAll()
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
  private async handOverAll(): Promise<void> {
    let handedOver: ReadonlySet<string> = new Set();
    while (await this.hasRoom()) {
      const batch = await this.source.findDue(BATCH_SIZE);
      if (this.stopped) return;
      await this.handOver(batch);
      this.sweptAt = new Date();
      if (batch.length < BATCH_SIZE || batch.every((work) => handedOver.has(identity(work)))) return;
      handedOver = new Set(batch.map(identity));
    }
  }

  private async handOver(batch: readonly DueWork[]): Promise<void> {
    try {
      await this.store.take(this.source.name, batch);
    } catch (error) {
      this.store = this.stores.without(`Redis did not take wake-ups for due work: ${String(error)}.`);
      await this.store.take(this.source.name, batch);
    }
  }

  /** Waits for room. What is left when it cannot be told is for the next sweep. */
  private async hasRoom(): Promise<boolean> {
    while (!this.stopped) {
      if ((await this.store.waiting()) < LOW_WATER) return true;
      await sleep(POLL_MS);
    }
    return false;
  }
}

function identity({ id, dueAt }: DueWork): string {
  return `${id}:${dueAt.getTime()}`;
}
