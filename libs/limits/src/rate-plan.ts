/** What one delivery may call at most. How often it really called is known only afterwards. */
const MOST_CALLS = 4;
const BACKLOG_SHARE = 0.2;
/** Who uses more than his own share leaves so much of the window free, so that the other one finds room at once. */
const BORROWERS_SHARE = 0.95;
const MINUTE_MS = 60_000;

export const SHARES = ['buyer', 'backlog'] as const;
export type ShareName = (typeof SHARES)[number];

/** A rate of so many calls a minute, taken apart. */
export interface RatePlan {
  readonly perMinute: number;
  /** Tokens for one delivery. Less than its calls below 8 a minute, where one delivery could never begin otherwise. */
  readonly reserve: number;
  readonly capacity: Readonly<Record<ShareName, number>>;
  readonly refillPerMs: Readonly<Record<ShareName, number>>;
  /** Calls of any minute that are a share's own. */
  readonly quota: Readonly<Record<ShareName, number>>;
  readonly borrowersLimit: number;
}

/** A tenth may go in one burst, at least the calls of two deliveries; the rest comes evenly. */
export function ratePlan(perMinute: number): RatePlan {
  const reserve = Math.min(MOST_CALLS, perMinute / 2);
  const burst = Math.min(Math.max(2 * MOST_CALLS, perMinute / 10), perMinute / 2);
  const backlogCapacity = Math.max(reserve, burst * BACKLOG_SHARE);
  const backlogQuota = Math.max(reserve, perMinute * BACKLOG_SHARE);
  const refillPerMs = (perMinute - burst) / MINUTE_MS;
  return {
    perMinute,
    reserve,
    capacity: { buyer: Math.max(reserve, burst - backlogCapacity), backlog: backlogCapacity },
    refillPerMs: { buyer: refillPerMs * (1 - BACKLOG_SHARE), backlog: refillPerMs * BACKLOG_SHARE },
    quota: { buyer: perMinute - backlogQuota, backlog: backlogQuota },
    borrowersLimit: perMinute * BORROWERS_SHARE,
  };
}
