import type { LastRun, ReconciliationRun } from '#payments';

export function paymentReconciliationView({ processor, nextRunAt, isRunning, last }: ReconciliationRun) {
  return { processor, nextRunAt: nextRunAt.toISOString(), isRunning, last: last && lastRunView(last) };
}

function lastRunView({ startedAt, endedAt, since, until, ...run }: LastRun) {
  return { startedAt: startedAt.toISOString(), endedAt: endedAt.toISOString(), since: since.toISOString(), until: until.toISOString(), ...run };
}
