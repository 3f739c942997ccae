import { DIFFERENCE_KINDS, type LastRun, type ReconciliationRun } from '#payments';
import { reconciliationCheck } from './reconciliation.check.js';

const AT = new Date('2026-11-22T10:00:00.000Z');
const BEFORE = new Date('2026-11-20T10:00:00.000Z');
const NONE = Object.fromEntries(DIFFERENCE_KINDS.map((kind) => [kind, 0])) as LastRun['differences'];
const FAILED = { end: 'failed', failure: { kind: 'server', detail: 'Out of order.' } } as const;
const run = (last: Partial<LastRun> | null, more: Partial<ReconciliationRun> = {}): ReconciliationRun => ({
  processor: 'card', nextRunAt: AT, overdueSeconds: 0, isRunning: false, lastCompleteAt: null, secondsSinceComplete: null,
  last: last && ({ endedAt: AT, differences: NONE, end: 'complete', failure: null, ...last } as LastRun),
  ...more,
});
const check = (runs: ReconciliationRun[], gateways: readonly string[] | null = ['card']) => reconciliationCheck(() => Promise.resolve(runs), () => Promise.resolve(gateways));

describe('the check of the reconciliations', () => {
  it.each<[string, ReconciliationRun[], object]>([
    ['has nothing to say before the first is due', [run(null)], { verdict: 'ok', fact: 'card: not compared yet.', advice: null }],
    ['is content where nothing differs', [run({})], { verdict: 'ok', fact: 'card, compared 2026-11-22 10:00:00Z: no difference.', advice: null }],
    ['warns of what differs', [run({}), run({ differences: { ...NONE, here_not_there: 2 } })], { verdict: 'warn', fact: expect.stringContaining('2 here not there.'), advice: expect.stringMatching(/^See what differs/) }],
    ['warns of what was never compared to the end', [run(FAILED)], { verdict: 'warn', fact: 'card, never compared to the end: no difference so far; tried 2026-11-22 10:00:00Z, and not to the end: Out of order.', advice: expect.stringMatching(/^It is tried again/) }],
    ['tells what the last complete one found', [run({ ...FAILED, differences: { ...NONE, here_not_there: 2 } }, { lastCompleteAt: BEFORE })], { verdict: 'warn', fact: 'card, compared 2026-11-20 10:00:00Z: 2 here not there; tried 2026-11-22 10:00:00Z, and not to the end: Out of order.', advice: expect.stringMatching(/^See what differs.*It is tried again/) }],
    ['warns of a first that never came', [run(null, { overdueSeconds: 3_601 })], { verdict: 'warn', fact: 'card: not compared yet. The first one is overdue for 60 min.', advice: expect.stringMatching(/^See to it that a worker runs/) }],
    ['warns of a next one that nobody makes', [run({}, { overdueSeconds: 90_000 })], { verdict: 'warn', fact: expect.stringContaining('no difference. The next one is overdue for 25 h.'), advice: expect.stringMatching(/^See to it that a worker runs/) }],
    ['lets one that is being made take its time', [run({}, { overdueSeconds: 5_000, isRunning: true })], { verdict: 'ok', fact: expect.stringContaining('no difference.'), advice: null }],
    ['leaves out what is no longer in the map', [run({}), run(FAILED, { processor: 'gone' })], { verdict: 'ok', fact: 'card, compared 2026-11-22 10:00:00Z: no difference.', advice: null }],
    ['warns of a gateway that no worker knows', [], { verdict: 'warn', fact: 'card: no worker knows of it yet.', advice: expect.stringMatching(/^See to it that a worker runs/) }],
  ])('%s', async (_, runs, finding) => {
    expect(await check(runs)).toEqual(finding);
  });

  it('has nothing to look at without a gateway, and looks at all where nobody knows the map', async () => {
    expect(await check([], [])).toEqual({ verdict: 'ok', fact: 'There is no payment gateway to compare with our payments.', advice: null });
    expect(await check([run(FAILED)], null)).toMatchObject({ verdict: 'warn' });
  });
});
