import { setTimeout as sleep } from 'node:timers/promises';
import type { WebhookEvent } from '../world/records.js';

export interface ReleaseWish {
  readonly order: 'in' | 'reversed' | 'random';
  /** The same seed gives the same order. */
  readonly seed: number;
  /** How often each event is sent. */
  readonly repeat: number;
  /** The pause between two deliveries. */
  readonly delayMs: number;
  /** All at the same time: then their order says nothing. */
  readonly atOnce: boolean;
}

/** The events in the order in which they are to be sent, each as often as wished. */
export function queueOf(events: readonly WebhookEvent[], { order, seed, repeat }: Pick<ReleaseWish, 'order' | 'seed' | 'repeat'>): readonly WebhookEvent[] {
  const rounds = Array.from({ length: repeat }, () => events).flat();
  if (order === 'in') return rounds;
  return order === 'reversed' ? rounds.toReversed() : shuffled(rounds, seed);
}

/** Sends them one after the other, each when the one before was answered, or all at the same time. Gives what came back, in the order of the queue. */
export async function sendAll<Result>(queue: readonly WebhookEvent[], send: (event: WebhookEvent) => Promise<Result>, { delayMs, atOnce }: Pick<ReleaseWish, 'delayMs' | 'atOnce'>): Promise<Result[]> {
  if (atOnce) return Promise.all(queue.map(send));
  const results: Result[] = [];
  for (const event of queue) {
    if (results.length > 0 && delayMs > 0) await sleep(delayMs);
    results.push(await send(event));
  }
  return results;
}

function shuffled<Item>(items: readonly Item[], seed: number): Item[] {
  const random = randomOf(seed);
  return items.map((item) => ({ item, rank: random() })).sort((one, other) => one.rank - other.rank).map(({ item }) => item);
}

/** Numbers from 0 to 1, the same for the same seed: mulberry32. */
function randomOf(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
