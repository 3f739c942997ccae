import { performance } from 'node:perf_hooks';
import type { OrderClaim } from '#orders';
import { SETTLE_MARGIN_MS, type TimeLimit } from './guarded-calls.js';

/** Does the work of a claim's holder, who is told to stop after `deadlineMs`, and in any case before the lease ends. */
export async function withinLimit<Result>({ leaseEndsAtMs }: Pick<OrderClaim, 'leaseEndsAtMs'>, deadlineMs: number, work: (limit: TimeLimit) => Promise<Result>): Promise<Result> {
  const stop = new AbortController();
  const now = performance.now();
  const leftMs = Math.max(0, Math.min(deadlineMs, leaseEndsAtMs - SETTLE_MARGIN_MS - now));
  const timer = setTimeout(() => stop.abort(), leftMs);
  try {
    return await work({ signal: stop.signal, stopsAtMs: now + leftMs, leaseEndsAtMs });
  } finally {
    clearTimeout(timer);
  }
}
