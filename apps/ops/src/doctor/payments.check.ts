import type { PaymentWatchFigures } from '#payments';
import { span } from '../command/time.js';
import { ok, warn, type Finding } from './check.js';

/** A read-back is a call or two: one that has been due for longer than so many sweeps waits for a worker. */
const FEW_SWEEPS = 5;

const FAILING = 'What buyers pay there may not be known here. It is tried again by itself; "configuration" needs the keys, or the entry in the map, put right: GET /v1/payments?failing=true says why';
const NO_WORKER = 'See to it that a worker runs (npm run start:worker)';

/** Whether gateways can be asked about payments, and somebody reads them back and ends the orders whose time is over. */
export async function paymentsCheck(ask: () => Promise<PaymentWatchFigures>, { sweepIntervalMs }: { readonly sweepIntervalMs: number }): Promise<Finding> {
  const { failing, oldestDueSeconds, oldestExpiryDueSeconds } = await ask();
  const isLate = (seconds: number) => seconds * 1_000 > FEW_SWEEPS * sweepIntervalMs;
  const facts = [
    ...failing.map(({ processor, kind, count }) => `${count} of ${processor} could not be read back (${kind})`),
    ...(isLate(oldestDueSeconds) ? [`the oldest read-back is overdue for ${span(oldestDueSeconds * 1_000)}`] : []),
    ...(isLate(oldestExpiryDueSeconds) ? [`the end of the oldest unpaid order is overdue for ${span(oldestExpiryDueSeconds * 1_000)}`] : []),
  ];
  if (facts.length === 0) return ok('Every payment can be read back, and none is overdue.');
  const advice = [...(failing.length > 0 ? [FAILING] : []), ...(facts.length > failing.length ? [NO_WORKER] : [])];
  return warn(`${facts.join('; ')}.`, advice.join('. '));
}
