import { printable } from '../command/printable.js';
import { VERDICTS, type Diagnosis, type Verdict } from './check.js';

const SHOWN: Readonly<Record<Verdict, string>> = { ok: 'ok', warn: 'warn', fail: 'FAIL', skipped: 'skip' };

/** One line a check, and under it what to do. */
export function doctorText(diagnoses: readonly Diagnosis[]): string {
  const width = Math.max(...diagnoses.map(({ name }) => name.length));
  const verdictWidth = Math.max(...Object.values(SHOWN).map(({ length }) => length));
  const indent = ' '.repeat(verdictWidth + width + 4);
  const lines = diagnoses.flatMap(({ name, verdict, fact, advice }) => [
    `${SHOWN[verdict].padEnd(verdictWidth)}  ${name.padEnd(width)}  ${printable(fact).replaceAll('\n', `\n${indent}`)}`,
    ...(advice === null ? [] : [`${indent}-> ${printable(advice)}`]),
  ]);
  return `${lines.join('\n')}\n\n${summary(diagnoses)}\n`;
}

function summary(diagnoses: readonly Diagnosis[]): string {
  const counts = VERDICTS.map((verdict) => [verdict, diagnoses.filter((diagnosis) => diagnosis.verdict === verdict).length] as const);
  if (counts.every(([verdict, count]) => verdict === 'ok' || count === 0)) return 'All is well.';
  return `${counts.filter(([, count]) => count > 0).map(([verdict, count]) => `${count} ${SHOWN[verdict]}`).join(', ')}.`;
}
