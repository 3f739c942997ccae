import { Metrics } from '#observability';
import { DIFFERENCE_KINDS, type LastRun, type ProcessorRegistry, type ReconciliationRun, type ReconciliationRuns } from '#payments';
import { ReconciliationQuestion } from './reconciliation.figures.js';

const NONE = Object.fromEntries(DIFFERENCE_KINDS.map((kind) => [kind, 0])) as LastRun['differences'];

function run(processor: string, end: LastRun['end'] | null, secondsSinceComplete: number | null): ReconciliationRun {
  const at = new Date();
  const last = end && ({ end, differences: { ...NONE, here_not_there: 2 } } as LastRun);
  return { processor, nextRunAt: at, overdueSeconds: 0, isRunning: false, lastCompleteAt: null, secondsSinceComplete, last };
}

it('a comparison that was not made to the end shows no difference, neither 0 nor more, and how long ago the last complete one was', async () => {
  const metrics = new Metrics('worker');
  const runs = { list: () => Promise.resolve([run('card', 'complete', 60), run('card-eu', 'failed', 90_000), run('new', null, null), run('gone', 'complete', 60), run('free', 'complete', 60)]) };
  const registry = { find: (name: string) => (name === 'gone' ? undefined : { kind: name === 'free' ? 'bypass' : 'gateway' }) };
  new ReconciliationQuestion(metrics, runs as ReconciliationRuns, registry as ProcessorRegistry).onModuleInit();
  const lines = (await metrics.text()).split('\n').filter((line) => /^payment_(differences|reconciliation)/.test(line));
  expect(lines.filter((line) => line.startsWith('payment_differences'))).toHaveLength(DIFFERENCE_KINDS.length);
  expect(lines).toContain('payment_differences{processor="card",kind="here_not_there",service="worker"} 2');
  expect(lines.filter((line) => line.startsWith('payment_reconciliation_age'))).toEqual(['payment_reconciliation_age_seconds{processor="card",service="worker"} 60', 'payment_reconciliation_age_seconds{processor="card-eu",service="worker"} 90000']);
});
