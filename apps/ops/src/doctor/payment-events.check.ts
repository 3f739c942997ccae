import type { InboxFigures } from '#payments';
import { span } from '../command/time.js';
import { ok, warn, type Finding } from './check.js';

/** An event is one call: one that could have been looked at for longer than so many sweeps waits for a worker. */
const FEW_SWEEPS = 5;
/** A gateway that is away for a moment is no matter. */
const LONG_MS = 15 * 60_000;

const PARKED = 'Parked ones wait for an operator: npm run ops -- payment-events --status parked';
const NO_WORKER = 'See to it that a worker runs (npm run start:worker)';
const TOO_LONG = 'Its gateway cannot be asked, it seems: npm run ops -- payment-events --status received';

/** What gateways have told and nobody has dealt with, and whether somebody has to see to it. */
export async function paymentEventsCheck(ask: () => Promise<InboxFigures>, { sweepIntervalMs }: { readonly sweepIntervalMs: number }): Promise<Finding> {
  const { waiting, parked, oldestWaitingSeconds, oldestParkedSeconds, oldestDueSeconds } = await ask();
  if (waiting + parked === 0) return ok('Every event of a payment gateway was dealt with.');
  const age = (count: number, seconds: number) => (count === 0 ? '' : `, the oldest for ${span(seconds * 1_000)}`);
  const fact = `${waiting} waiting${age(waiting, oldestWaitingSeconds)}; ${parked} parked${age(parked, oldestParkedSeconds)}.`;
  const isLeft = oldestDueSeconds * 1_000 > FEW_SWEEPS * sweepIntervalMs;
  const isOld = !isLeft && oldestWaitingSeconds * 1_000 > LONG_MS;
  const advice = [...(parked > 0 ? [PARKED] : []), ...(isLeft ? [NO_WORKER] : []), ...(isOld ? [TOO_LONG] : [])];
  return advice.length === 0 ? ok(fact) : warn(fact, advice.join('. '));
}
