export interface LimitsOptions {
  /** Null: PostgreSQL is the shared store. */
  readonly redisUrl: string | null;
  readonly breaker: BreakerOptions;
  /** Calls a minute by dependency, over all replicas. Absent or 0: no limit. */
  readonly ratePerMinute: Readonly<Record<string, number>>;
}

export interface BreakerOptions {
  /** So many failures in a row, over all replicas, open it. 0: it never opens. */
  readonly failures: number;
  /** How long it stays open before one delivery may probe, and how long a probe may take. */
  readonly openMs: number;
}

export const LIMITS_OPTIONS = Symbol('LIMITS_OPTIONS');

const NAME = /^[a-z][a-z0-9@/.-]{0,62}$/;

/** @throws {Error} when a dependency cannot be called so. */
export function assertDependencyName(name: string): void {
  if (!NAME.test(name)) throw new Error(`A dependency cannot be called ${JSON.stringify(name)}: a name is up to 63 of a-z, 0-9, @, /, . and -, and begins with a letter.`);
}

/** @throws {Error} when a rate is not a whole number from 0 to a million. */
export function assertRate(name: string, ratePerMinute: number): void {
  if (Number.isInteger(ratePerMinute) && ratePerMinute >= 0 && ratePerMinute <= 1_000_000) return;
  throw new Error(`The rate of ${name} must be a whole number of calls a minute from 0 (no limit) to 1000000.`);
}

/** @throws {Error} the boot's sentence for wrong options. */
export function assertOptions({ breaker, ratePerMinute }: LimitsOptions): void {
  if (!Number.isInteger(breaker.failures) || breaker.failures < 0) throw new Error('The failures that open a breaker must be a whole number, 0 for never.');
  if (!Number.isInteger(breaker.openMs) || breaker.openMs < 1) throw new Error('The time that a breaker stays open must be a whole number of milliseconds above 0.');
  for (const [name, rate] of Object.entries(ratePerMinute)) {
    assertDependencyName(name);
    assertRate(name, rate);
  }
}
