import { setTimeout as sleep } from 'node:timers/promises';
import { ask, type Answer, type OrderBody } from '../../support/api-client.js';
import { sale } from '../../support/shop.js';
import type { Random } from './random.js';
import { MOST_BUYERS, type Scene } from './scene.js';

/** An order that its buyer has in writing. */
export interface Acknowledged {
  readonly key: string;
  readonly username: string;
  readonly skus: readonly string[];
  readonly number: string;
  readonly text: string;
}

export interface CrowdOptions {
  readonly size: number;
  /** At least so many orders are bought. */
  readonly orders: number;
  /** A buyer waits up to this long between two orders. */
  readonly pauseMs: number;
  /** What the order of that number is of. */
  readonly basket?: (random: Random, number: number) => readonly string[];
}

const ANSWER_LIMIT_MS = 8_000;
const REPEAT_PAUSE_MS = 250;
/** Longer than any drill breaks things for. */
const PATIENCE_MS = 180_000;
const COURSES: readonly (readonly string[])[] = [['BIO_VERIFIED', 'BIO_AUDIT'], ['CHEM_VERIFIED', 'CHEM_HONOR'], ['PHYS_PRO']];

/**
 * Buyers as real clients are: each order has one key and one learner, and who gets no answer, or one that says to come back, asks
 * again with the same key, at any of the APIs, until he has the order in writing.
 */
export class Crowd {
  readonly acknowledged: Acknowledged[] = [];
  /** Orders that were refused, or never answered: there must be none. */
  readonly refused: string[] = [];
  private begun = 0;

  constructor(
    private readonly scene: Scene,
    private readonly random: Random,
    private readonly options: CrowdOptions,
  ) {}

  /** Whether as many orders were begun as are wanted at least. */
  get hasEnough(): boolean {
    return this.begun >= this.options.orders;
  }

  /** Buys until there are enough orders and `isEnough` says so, and everybody has his answer. */
  async buy(isEnough: () => boolean = () => true): Promise<void> {
    const { size, orders } = this.options;
    const goesOn = (): boolean => this.begun < MOST_BUYERS && (this.begun < orders || !isEnough());
    await Promise.all(Array.from({ length: size }, () => this.buyer(this.random.fork(), goesOn)));
  }

  private async buyer(random: Random, goesOn: () => boolean): Promise<void> {
    const { pauseMs, basket = someSeats } = this.options;
    while (goesOn()) {
      this.begun += 1;
      const number = this.begun;
      await this.purchase(number, basket(random, number), random);
      await sleep(random.between(0, pauseMs));
    }
  }

  private async purchase(number: number, skus: readonly string[], random: Random): Promise<void> {
    const key = `drill-order-${number}`;
    const username = `buyer${number}`;
    const endsAtMs = performance.now() + PATIENCE_MS;
    while (performance.now() < endsAtMs) {
      const answer = await this.askOnce(key, sale(username, skus), random);
      if (answer?.status === 201) {
        this.acknowledged.push({ key, username, skus, number: answer.body.number, text: answer.text });
        return;
      }
      if (answer !== null && !isWorthRepeating(answer)) {
        this.refused.push(`${key}: ${answer.status} ${answer.text}`);
        return;
      }
      await sleep(REPEAT_PAUSE_MS);
    }
    this.refused.push(`${key}: no answer within ${PATIENCE_MS} ms`);
  }

  /** Null where no answer came: no process listens, it was killed, or it is frozen. */
  private async askOnce(key: string, body: object, random: Random): Promise<Answer | null> {
    const { url } = random.pick(this.scene.apis);
    if (url === null) return null;
    const asked = ask(url, 'POST', '/v1/checkout', { token: this.scene.staff, key, body }).catch(() => null);
    return Promise.race([asked, sleep(ANSWER_LIMIT_MS, null, { ref: false })]);
  }
}

function isWorthRepeating({ status, body }: Answer): boolean {
  return status >= 500 || (status === 409 && (body as OrderBody & { code?: string }).code === 'request_in_progress');
}

/** One to three seats, each of a course of its own. */
export function someSeats(random: Random): string[] {
  return random.shuffled(COURSES).slice(0, random.pick([1, 1, 1, 2, 3])).map((skus) => random.pick(skus));
}
