import { DIFFERENCE_KINDS, type LastRun, type ReconciliationRun } from '#payments';
import { reconciliationCheck } from './reconciliation.check.js';

const NONE = Object.fromEntries(DIFFERENCE_KINDS.map((kind) => [kind, 0])) as LastRun['differences'];
const run = (last: Partial<LastRun> | null): ReconciliationRun => ({
  processor: 'card', nextRunAt: new Date(), isRunning: false,
  last: last && ({ endedAt: new Date('2026-11-22T10:00:00.000Z'), differences: NONE, end: 'complete', failure: null, ...last } as LastRun),
});
const check = (...runs: ReconciliationRun[]) => reconciliationCheck(() => Promise.resolve(runs));

describe('the check of the reconciliations', () => {
  it.each<[string, ReconciliationRun[], object]>([
    ['has nothing to say before the first', [run(null)], { verdict: 'ok', fact: 'No payment gateway has been compared with our payments yet.', advice: null }],
    ['is content where nothing differs', [run({})], { verdict: 'ok', fact: 'card, compared 2026-11-22 10:00:00Z: no difference.', advice: null }],
    ['warns of what differs', [run({}), run({ differences: { ...NONE, here_not_there: 2 } })], { verdict: 'warn', fact: expect.stringContaining('2 here not there.'), advice: expect.stringMatching(/^See what differs/) }],
    ['warns of what was not compared to the end', [run({ end: 'failed', failure: { kind: 'server', detail: 'Out of order.' } })], { verdict: 'warn', fact: expect.stringContaining('no difference, and not to the end: Out of order.'), advice: expect.stringMatching(/^It is tried again/) }],
  ])('%s', async (_, runs, finding) => {
    expect(await check(...runs)).toEqual(finding);
  });
});
