import { performance } from 'node:perf_hooks';
import { ACCEPTANCE_CHECKS, LINE_RETRY, workId, type DeliveryListener, type SettledDelivery } from '#fulfillment';
import type { Metrics } from '#observability';
import { databaseNow, type ClaimedLine, type LineSnapshot } from '#orders';
import type { WakeUp, WakeUps } from '#scheduler';

/** A wake-up that comes a moment before the database's clock says so would find nothing to do. */
const WAKE_MARGIN_MS = 50;
/** The key of a wake-up for a line that was refused a call when it was sold. */
const BORN_WAITING = 'placed';

/** Counts what was settled, and has what waits woken when it is due. */
export function deliveryReporter(metrics: Metrics, wakeUps: WakeUps): DeliveryListener {
  return (delivery) => {
    count(delivery, metrics);
    const due = wakeUpsOf(delivery);
    if (due.length > 0) void wakeUps.schedule(due);
  };
}

function count({ claim, lines, result }: SettledDelivery, metrics: Metrics): void {
  const now = databaseNow(claim, performance.now());
  for (const { lineId, attempt } of lines) {
    const claimed = claim.lines.find(({ line }) => line.id === lineId);
    const settled = result.order.lines.find(({ id }) => id === lineId);
    if (!claimed || !settled) continue;
    const { productType } = settled;
    if (claimed.lostLeases > 0) metrics.leaseExpired(productType);
    const outcome = result.lostLineIds.includes(lineId) ? 'lost' : outcomeOf(settled);
    if (attempt !== null) metrics.delivery({ productType, outcome, kind: settled.failure?.kind ?? null, durationMs: attempt.durationMs });
    if (outcome === 'fulfilled' && claimed.line.status !== 'fulfilled') metrics.fulfilled(productType, secondsSince(claimed, now));
  }
}

function outcomeOf({ status }: LineSnapshot): 'fulfilled' | 'accepted' | 'waiting' | 'failed' | 'revoked' {
  return status === 'fulfilled' || status === 'accepted' || status === 'failed' || status === 'revoked' ? status : 'waiting';
}

function secondsSince({ paidAt }: ClaimedLine, now: Date): number {
  return (now.getTime() - paidAt.getTime()) / 1000;
}

function wakeUpsOf({ claim, result }: SettledDelivery): WakeUp[] {
  const now = databaseNow(claim, performance.now());
  return result.order.lines.flatMap(({ id, productType, status, nextAttemptAt }) => {
    if ((status !== 'open' && status !== 'accepted') || !nextAttemptAt || result.lostLineIds.includes(id)) return [];
    const claimId = claim.lines.find(({ line }) => line.id === id)?.claimId ?? BORN_WAITING;
    const inMs = Math.max(0, nextAttemptAt.getTime() - now.getTime()) + WAKE_MARGIN_MS;
    return [{ source: status === 'open' ? LINE_RETRY : ACCEPTANCE_CHECKS, id: workId(id, productType), key: claimId, inMs }];
  });
}
