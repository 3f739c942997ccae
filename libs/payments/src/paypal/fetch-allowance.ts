import { GatewayFailure } from '../contract/gateway-failure.js';

/** How often something may be done in a span of time, whoever asks for it: in one process. */
export class FetchAllowance {
  private readonly taken: number[] = [];

  /** @param now any clock that never goes back, in milliseconds. */
  constructor(
    private readonly most: number,
    private readonly spanMs: number,
    private readonly now: () => number,
  ) {}

  /** @throws {GatewayFailure} which passes: it was done too often, and says for how long that holds. */
  take(what: string): void {
    const now = this.now();
    while (this.taken[0] !== undefined && this.taken[0] + this.spanMs <= now) this.taken.shift();
    const [oldest] = this.taken;
    if (oldest !== undefined && this.taken.length >= this.most) throw new GatewayFailure(`${what} at most ${this.most} times in ${this.spanMs / 1_000} s.`, { kind: 'throttled', passing: true, retryAfterMs: oldest + this.spanMs - now });
    this.taken.push(now);
  }
}
