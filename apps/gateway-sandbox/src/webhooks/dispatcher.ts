import { setTimeout as sleep } from 'node:timers/promises';
import type { WebhookDelivery, WebhookEvent } from '../world/records.js';
import type { World } from '../world/world.js';
import { errorCode } from '../wire/error-code.js';
import { postingOf, type Spoiling, type TargetParts } from './targets.js';

const TIMEOUT_MS = 10_000;

export interface DispatcherParts extends TargetParts {
  readonly world: World;
  /** Writes down what has changed. */
  readonly commit: () => void;
}

/** Posts events to the shop: each by itself, as they come, so that their order is nobody's promise; tried again for a while when the shop does not take them. */
export class Dispatcher {
  private readonly underway = new Set<string>();
  private life = new AbortController();

  constructor(private readonly parts: DispatcherParts) {}

  /** Sets out with those of these events that wait and are not yet on their way. */
  wake(ids: readonly string[]): void {
    for (const id of ids) {
      if (this.parts.world.events.get(id)?.state !== 'waiting' || this.underway.has(id)) continue;
      this.underway.add(id);
      void this.carry(id, this.life.signal).finally(() => this.underway.delete(id));
    }
  }

  /** One delivery now, whatever its state and whatever it is set to. Null where there is no address for it. */
  async send(event: WebhookEvent, spoiling?: Spoiling): Promise<WebhookDelivery | null> {
    const posting = postingOf(event, this.parts, spoiling);
    if (posting === null) return null;
    const delivery = await this.post(posting);
    if (!this.life.signal.aborted) this.note(event.id, delivery);
    return delivery;
  }

  /** Lets go of everything that is on its way. */
  stop(): void {
    this.life.abort();
    this.life = new AbortController();
    this.underway.clear();
  }

  private async carry(id: string, signal: AbortSignal): Promise<void> {
    for (const delayMs of [0, ...this.parts.config.retryDelaysMs]) {
      if (delayMs > 0) await sleep(delayMs, undefined, { signal, ref: false }).catch(() => undefined);
      const event = this.parts.world.events.get(id);
      if (signal.aborted || event?.state !== 'waiting') return;
      // Held while it waited for its next try.
      if (this.parts.world.ways.webhooks === 'hold') return this.settle(id, 'held');
      const delivery = await this.send(event);
      if (signal.aborted) return;
      if (delivery === null) return this.settle(id, 'nowhere');
      if (isTaken(delivery)) return;
    }
    this.settle(id, 'given_up');
  }

  private async post({ url, headers, body }: { url: string; headers: Readonly<Record<string, string>>; body: string }): Promise<WebhookDelivery> {
    const at = new Date().toISOString();
    try {
      const signal = AbortSignal.any([this.life.signal, AbortSignal.timeout(TIMEOUT_MS)]);
      const response = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal });
      await response.body?.cancel();
      return { at, status: response.status, error: null };
    } catch (error) {
      return { at, status: null, error: reasonOf(error) };
    }
  }

  private note(id: string, delivery: WebhookDelivery): void {
    const event = this.parts.world.events.get(id);
    if (event === undefined) return;
    this.parts.world.events.put({ ...event, deliveries: [...event.deliveries, delivery], state: isTaken(delivery) ? 'delivered' : event.state });
    this.parts.commit();
  }

  private settle(id: string, state: WebhookEvent['state']): void {
    const event = this.parts.world.events.get(id);
    if (event?.state !== 'waiting') return;
    this.parts.world.events.put({ ...event, state });
    this.parts.commit();
  }
}

function isTaken({ status }: WebhookDelivery): boolean {
  return status !== null && status >= 200 && status < 300;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return errorCode(error.cause) ?? (error.name === 'TimeoutError' ? 'timeout' : error.message);
}
