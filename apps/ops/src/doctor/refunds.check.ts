import type { ParkedFigures } from '#payments';
import type { RefundFigures } from '#refunds';
import { span } from '../command/time.js';
import { ok, warn, type Finding } from './check.js';

/** A gateway or a provider that is away for a moment is no matter. */
const LONG_MS = 60 * 60_000;

const FAILED = 'Failed ones wait for an operator: npm run ops -- refunds --status money_error, and --status access_error';
const TOO_LONG = 'See to it that a worker runs (npm run start:worker), then what keeps them: npm run ops -- refunds';
const PARKED = 'Parked payments wait for an operator, who accepts or returns them: GET /v1/payments?parked=ask';

/** Money and access that were to go back and did not yet, money that opened no order, and whether somebody has to see to it. */
export async function refundsCheck(askRefunds: () => Promise<RefundFigures>, askParked: () => Promise<ParkedFigures>): Promise<Finding> {
  const [{ byStatus, oldestMoneyMs, oldestAccessMs }, { byCause, toDecide }] = await Promise.all([askRefunds(), askParked()]);
  const { requested = 0, approved = 0, money_returned: moneyReturned = 0, money_error: moneyError = 0, access_error: accessError = 0 } = byStatus;
  const parked = Object.values(byCause).reduce((sum, count) => sum + count, 0);
  if (requested + approved + moneyReturned + moneyError + accessError + parked === 0) return ok('Every refund is over, and no payment is parked.');
  const age = (ms: number | null) => (ms === null ? '' : ` (the oldest for ${span(ms)})`);
  const fact = `${requested} to be decided; ${approved} with the money before them${age(oldestMoneyMs)}, ${moneyReturned} with the access${age(oldestAccessMs)}; ${moneyError + accessError} failed; ${parked} payments parked, ${toDecide} of them for an operator.`;
  const isLate = Math.max(oldestMoneyMs ?? 0, oldestAccessMs ?? 0) > LONG_MS;
  const advice = [...(moneyError + accessError > 0 ? [FAILED] : []), ...(isLate ? [TOO_LONG] : []), ...(toDecide > 0 ? [PARKED] : [])];
  return advice.length === 0 ? ok(fact) : warn(fact, advice.join('. '));
}
