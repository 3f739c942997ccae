import type { Machine } from './machine.js';

/** Columns of one width each, to the right but for names. */
export function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows.map((row) => row.map((cell, column) => cell.padStart(widths[column] ?? 0)).join('  ').trimEnd()).join('\n');
}

/** What the figures depend on, in two lines. */
export function machineLines({ cores, processor, memoryGib, node, postgres, fsync, synchronousCommit, commitMs, loadBefore }: Machine): string {
  return [
    `${cores} cores (${processor}), ${memoryGib} GiB, load before ${loadBefore.toFixed(2)}; Node ${node}`,
    `PostgreSQL ${postgres}, fsync ${fsync}, synchronous_commit ${synchronousCommit}; one commit by one connection takes ${commitMs.toFixed(2)} ms`,
  ].join('\n');
}
