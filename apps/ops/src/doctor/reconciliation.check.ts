import { DIFFERENCE_KINDS, countOf, type LastRun, type ReconciliationRun } from '#payments';
import { moment } from '../command/time.js';
import { ok, warn, type Finding } from './check.js';

const DIFFERS = 'See what differs and what to do: npm run ops -- reconcile payments';
const NOT_TO_THE_END = 'It is tried again within an hour; see whether the gateway can be called with these keys: npm run ops -- reconcile payments';

/** Whether the gateways and our payments agreed when they were last compared. */
export async function reconciliationCheck(ask: () => Promise<readonly ReconciliationRun[]>): Promise<Finding> {
  const made = (await ask()).flatMap(({ processor, last }) => (last === null ? [] : [{ processor, last }]));
  if (made.length === 0) return ok('No payment gateway has been compared with our payments yet.');
  const fact = made.map(({ processor, last }) => sentence(processor, last)).join(' ');
  const advice = [...(made.some(({ last }) => countOf(last.differences) > 0) ? [DIFFERS] : []), ...(made.some(({ last }) => last.end !== 'complete') ? [NOT_TO_THE_END] : [])];
  return advice.length === 0 ? ok(fact) : warn(fact, advice.join('. '));
}

function sentence(processor: string, { endedAt, differences, end, failure }: LastRun): string {
  const left = DIFFERENCE_KINDS.flatMap((kind) => (differences[kind] === 0 ? [] : [`${differences[kind]} ${kind.replaceAll('_', ' ')}`]));
  const found = left.length === 0 ? 'no difference' : left.join(', ');
  return `${processor}, compared ${moment(endedAt)}: ${found}${end === 'complete' ? '' : `, and not to the end: ${failure?.detail ?? 'there was no more time'}`}.`;
}
