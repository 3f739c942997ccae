import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { FallbackStore } from './fallback.store.js';
import { UNKNOWN_STATE, type SharedState } from './shared-state.js';
import type { Reading, StateStore } from './state-store.js';

/** Each lost race means that another replica's write was done, so this is far more than replicas need. */
const MAX_TRIES = 100;
const JITTER_MS = 10;

/** A pure step: what it answers, and the state after it. It may be asked again, on a newer state. */
export type Change<Answer> = (state: SharedState, nowMs: number) => { readonly state: SharedState; readonly answer: Answer };

/** An answer, and the state as it was written with it. */
export interface Changed<Answer> {
  readonly state: SharedState;
  readonly answer: Answer;
}

interface Waiting {
  readonly change: Change<unknown>;
  readonly done: (changed: Changed<unknown>) => void;
  readonly failed: (error: unknown) => void;
}

interface Applied {
  readonly state: SharedState;
  readonly answers: readonly unknown[];
}

/** Changes the states that all replicas share, one after the other: by comparison with what was read, without a lock. */
@Injectable()
export class SharedStates {
  private readonly waiting = new Map<string, Waiting[]>();

  constructor(private readonly store: FallbackStore) {}

  read(): Promise<Reading & { store: StateStore['kind'] }> {
    return this.store.use(async (store) => ({ ...(await store.read()), store: store.kind }));
  }

  /** Changes that wait for the same dependency in this process go together, in one reading and one write. @throws when no store answers. */
  change<Answer>(dependency: string, change: Change<Answer>): Promise<Changed<Answer>> {
    return new Promise((resolve, reject) => {
      const entry: Waiting = { change, done: (changed) => resolve(changed as Changed<Answer>), failed: reject };
      const queue = this.waiting.get(dependency);
      if (queue) queue.push(entry);
      else {
        this.waiting.set(dependency, [entry]);
        void this.drain(dependency);
      }
    });
  }

  private async drain(dependency: string): Promise<void> {
    for (let batch = this.takeBatch(dependency); batch.length > 0; batch = this.takeBatch(dependency)) {
      try {
        const { state, answers } = await this.store.use((store) => changeAll(store, dependency, batch));
        batch.forEach(({ done }, index) => done({ state, answer: answers[index] }));
      } catch (error) {
        for (const { failed } of batch) failed(error);
      }
    }
  }

  /** What waits, leaving an empty queue behind, which says that somebody drains it; nothing and no queue when nothing waits. */
  private takeBatch(dependency: string): Waiting[] {
    const batch = this.waiting.get(dependency) ?? [];
    if (batch.length === 0) this.waiting.delete(dependency);
    else this.waiting.set(dependency, []);
    return batch;
  }
}

async function changeAll(store: StateStore, dependency: string, batch: readonly Waiting[]): Promise<Applied> {
  for (let tries = 1; tries <= MAX_TRIES; tries += 1) {
    const { nowMs, states } = await store.read();
    const stored = states.get(dependency);
    const before = stored?.state ?? UNKNOWN_STATE;
    const after = applyAll(before, nowMs, batch);
    const isSame = stored !== undefined && after.state === before;
    if (isSame || (await store.write(dependency, after.state, stored?.version ?? null))) return after;
    await sleep(Math.random() * JITTER_MS);
  }
  throw new Error(`The state of ${dependency} changed ${MAX_TRIES} times while it was being changed.`);
}

function applyAll(before: SharedState, nowMs: number, batch: readonly Waiting[]): Applied {
  const answers: unknown[] = [];
  let state = before;
  for (const { change } of batch) {
    const step = change(state, nowMs);
    state = step.state;
    answers.push(step.answer);
  }
  return { state, answers };
}
