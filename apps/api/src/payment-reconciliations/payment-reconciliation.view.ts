import type { LastRun, ReconciliationRun } from '#payments';

export function paymentReconciliationView({ processor, nextRunAt, isRunning, lastCompleteAt, last }: ReconciliationRun) {
  return { processor, nextRunAt: nextRunAt.toISOString(), isRunning, lastCompleteAt: lastCompleteAt?.toISOString() ?? null, last: last && lastRunView(last) };
}

function lastRunView({ startedAt, endedAt, since, until, ...run }: LastRun) {
  return { startedAt: startedAt.toISOString(), endedAt: endedAt.toISOString(), since: since.toISOString(), until: until.toISOString(), ...run };
}
