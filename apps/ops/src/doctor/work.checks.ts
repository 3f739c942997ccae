import type { DependencyState } from '#limits';
import type { BacklogFacts } from '#orders';
import { moment, span } from '../command/time.js';
import { ok, warn, type Finding } from './check.js';
import type { DueFacts } from './work.facts.js';

/** A worker looks at each sweep; one of them may just have been missed. */
const MISSED_SWEEPS = 2;

/** What is not delivered, and whether somebody has to see to it. */
export async function backlogCheck(ask: () => Promise<BacklogFacts>): Promise<Finding> {
  const { due, waiting, failed, held, lapsedLeases, accepted, oldestUnfulfilledPaidSeconds } = await ask();
  const withProviders = accepted === 0 ? '' : ` ${accepted} are with a provider that has accepted them for later.`;
  if (waiting + failed + held + lapsedLeases === 0) return ok(`Every ${accepted === 0 ? '' : 'other '}paid line is delivered, given up, or being delivered.${withProviders}`);
  const counts = `${waiting} waiting (${due} due now), ${failed} failed, ${held} held, ${lapsedLeases} left by a lost holder; the oldest was paid ${span(oldestUnfulfilledPaidSeconds * 1_000)} ago.${withProviders}`;
  if (failed > 0) return warn(counts, 'Failed lines wait for you: npm run ops -- failures');
  if (lapsedLeases > 0) return warn(counts, 'A holder died or froze: a worker takes over at its next sweep. Look into the logs for why, if it happens again.');
  return ok(counts);
}

/** Whether somebody works off what is due: only a hint, since a long backlog looks the same. */
export async function workerCheck(ask: () => Promise<DueFacts>, sweepIntervalMs: number): Promise<Finding> {
  const { oldestDueMs } = await ask();
  if (oldestDueMs === null) return ok('Nothing is due, so nobody can tell whether a worker runs.');
  if (oldestDueMs <= MISSED_SWEEPS * sweepIntervalMs) return ok('What is due has not waited longer than two sweeps.');
  return warn(`The oldest due line has waited for ${span(oldestDueMs)}.`, 'See to it that a worker runs (npm run start:worker). If one does, its provider is paused or away (see dependencies), or there is more to do than one can.');
}

/** Whom deliveries may call. */
export async function dependenciesCheck(ask: () => Promise<readonly DependencyState[]>): Promise<Finding> {
  const states = await ask();
  const impaired = states.flatMap((state) => impairment(state) ?? []);
  if (impaired.length > 0) return warn(impaired.map(({ fact }) => fact).join(' '), [...new Set(impaired.map(({ advice }) => advice))].join(' '));
  return ok(states.length === 0 ? 'Nobody has been called yet.' : `Calls may be made to ${states.map(({ name }) => name).join(', ')}.`);
}

function impairment({ name, paused, breaker, kind, detail, openUntil, throttledUntil }: DependencyState): { fact: string; advice: string } | null {
  if (paused) return { fact: `${name} is paused by ${paused.by} since ${moment(paused.at)}: ${paused.reason}.`, advice: `Nothing is sent to ${name} until an operator resumes it (PUT /v1/operations/dependencies/${name}).` };
  if (breaker !== 'closed') {
    const until = openUntil ? `, next tried ${moment(openUntil)}` : '';
    return { fact: `${name} is not called, its breaker is ${breaker === 'open' ? 'open' : 'being tried'}${until}: ${detail ?? kind ?? 'it failed too often'}`, advice: `${name} failed too often in a row. One call tries it from time to time, and it goes on by itself once that succeeds; see whether ${name} works.` };
  }
  if (throttledUntil) return { fact: `${name} asked not to be called until ${moment(throttledUntil)}.`, advice: 'It goes on by itself. If it happens often, lower the rate.' };
  return null;
}
