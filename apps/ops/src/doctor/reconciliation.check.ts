import { DIFFERENCE_KINDS, countOf, type LastRun, type ReconciliationRun } from '#payments';
import { moment, span } from '../command/time.js';
import { ok, warn, type Finding } from './check.js';

/** A worker that is busy or was just started makes it a little later. */
const LATE_MS = 60 * 60_000;

const DIFFERS = 'See what differs and what to do: npm run ops -- reconcile payments';
const NOT_TO_THE_END = 'It is tried again within an hour; see whether the gateway can be called with these keys: npm run ops -- reconcile payments';
const NOBODY = 'See to it that a worker runs with this map (npm run start:worker), or compare by hand: npm run ops -- reconcile payments';

interface Looked {
  readonly fact: string;
  readonly advice: readonly string[];
}

/** Whether the gateways and our payments agreed when they were last compared, and are compared at all. `gateways` are those of the map; null: nobody knows it. */
export async function reconciliationCheck(ask: () => Promise<readonly ReconciliationRun[]>, gateways: () => Promise<readonly string[] | null>): Promise<Finding> {
  const [all, names] = await Promise.all([ask(), gateways()]);
  const looked = [
    ...all.filter(({ processor }) => names === null || names.includes(processor)).map(lookAt),
    ...(names ?? []).filter((name) => all.every(({ processor }) => processor !== name)).map((name): Looked => ({ fact: `${name}: no worker knows of it yet.`, advice: [NOBODY] })),
  ];
  if (looked.length === 0) return ok('There is no payment gateway to compare with our payments.');
  const fact = looked.map((one) => one.fact).join(' ');
  const advice = [...new Set(looked.flatMap((one) => one.advice))];
  return advice.length === 0 ? ok(fact) : warn(fact, advice.join('. '));
}

function lookAt(run: ReconciliationRun): Looked {
  const { processor, last, isRunning, overdueSeconds } = run;
  const overdueMs = overdueSeconds * 1_000;
  const isLate = !isRunning && overdueMs > LATE_MS;
  const late = isLate ? ` The ${last === null ? 'first' : 'next'} one is overdue for ${span(overdueMs)}.` : '';
  const advice = [...(last && countOf(last.differences) > 0 ? [DIFFERS] : []), ...(last && last.end !== 'complete' ? [NOT_TO_THE_END] : []), ...(isLate ? [NOBODY] : [])];
  return { fact: `${last === null ? `${processor}: not compared yet.` : sentence(run, last)}${late}`, advice };
}

function sentence({ processor, lastCompleteAt }: ReconciliationRun, { endedAt, differences, end, failure }: LastRun): string {
  const left = DIFFERENCE_KINDS.flatMap((kind) => (differences[kind] === 0 ? [] : [`${differences[kind]} ${kind.replaceAll('_', ' ')}`]));
  const found = left.length === 0 ? 'no difference' : left.join(', ');
  if (end === 'complete') return `${processor}, compared ${moment(endedAt)}: ${found}.`;
  const known = lastCompleteAt === null ? `${processor}, never compared to the end: ${found} so far` : `${processor}, compared ${moment(lastCompleteAt)}: ${found}`;
  return `${known}; tried ${moment(endedAt)}, and not to the end: ${(failure?.detail ?? 'there was no more time').replace(/\.$/, '')}.`;
}
