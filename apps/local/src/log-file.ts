import { existsSync, openSync, readFileSync, renameSync } from 'node:fs';

/** Opens a log anew for this start and keeps that of the start before as `<name>.previous.log`. Returns the descriptor. */
export function openLog(path: string): number {
  if (existsSync(path)) renameSync(path, path.replace(/\.log$/, '.previous.log'));
  return openSync(path, 'a', 0o600);
}

/** The last lines of a log that say something, for a message; empty when there is no such file. */
export function lastLinesOf(path: string, count = 5): string {
  return existsSync(path) ? lastLines(readFileSync(path, 'utf8'), count) : '';
}

export function lastLines(text: string, count = 5): string {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-count)
    .join('\n');
}
