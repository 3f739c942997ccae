import type { ImportResult } from '#catalog';

/** One line for people. */
export function summary({ rows, created, updated, unchanged }: Pick<ImportResult, 'rows' | 'created' | 'updated' | 'unchanged'>, dryRun: boolean): string {
  const counts = `${plural(rows)}: ${created} created, ${updated} updated, ${unchanged} unchanged.`;
  return dryRun ? `Would import ${counts} Nothing was written.\n` : `Imported ${counts}\n`;
}

export function jsonReport(report: object): string {
  return `${JSON.stringify(report)}\n`;
}

function plural(rows: number): string {
  return rows === 1 ? '1 row' : `${rows} rows`;
}
