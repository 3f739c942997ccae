import { answerWithin } from '../answer-within.js';
import type { Reading } from './readings.js';

/** A connection that died silently may keep a question open for a quarter of an hour. Until then a new one may find a better connection. */
const MISSES_BEFORE_ASKED_ANEW = 4;

/** Something that is asked at each scrape, and not again while it is open: a database that hangs is not given more to do. */
export class Question {
  private open: Promise<readonly Reading[]> | null = null;
  private misses = 0;

  constructor(
    readonly name: string,
    private readonly ask: () => Promise<readonly Reading[]>,
  ) {}

  /** @throws when it fails, is late, or answers what is no number. */
  async answer(limitMs: number): Promise<readonly Reading[]> {
    this.misses += 1;
    const readings = await answerWithin(limitMs, () => this.asked());
    this.misses = 0;
    const odd = readings.find(({ samples }) => samples.some(({ value }) => !Number.isFinite(value)));
    if (odd !== undefined) throw new TypeError(`${odd.name} is not a number.`);
    return readings;
  }

  private asked(): Promise<readonly Reading[]> {
    if (this.open !== null && this.misses <= MISSES_BEFORE_ASKED_ANEW) return this.open;
    this.misses = 1;
    const asked = this.ask().finally(() => {
      if (this.open === asked) this.open = null;
    });
    this.open = asked;
    return asked;
  }
}
