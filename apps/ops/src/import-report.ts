import type { CatalogImportError, ImportResult, RowProblem } from '#catalog';

/** One line for people. */
export function summary({ rows, created, updated, unchanged }: ImportResult, dryRun: boolean): string {
  const counts = `${plural(rows)}: ${created} created, ${updated} updated, ${unchanged} unchanged.`;
  return dryRun ? `Would import ${counts} Nothing was written.\n` : `Imported ${counts}\n`;
}

/** Every problem on a line of its own, and the verdict last, where it is seen. */
export function refusal({ problems, unlisted, message }: CatalogImportError): string {
  const rest = unlisted > 0 ? [`... and ${unlisted} more.`] : [];
  return [...problems.map(problemLine), ...rest, message, ''].join('\n');
}

export function jsonReport(report: object): string {
  return `${JSON.stringify(report)}\n`;
}

function problemLine({ line, column, message }: RowProblem): string {
  return column === null ? `line ${line}: ${message}` : `line ${line}, ${column}: ${message}`;
}

function plural(rows: number): string {
  return rows === 1 ? '1 row' : `${rows} rows`;
}
