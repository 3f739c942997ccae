import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/**
 * How a running program was called; null when no such program runs or the system does not tell.
 * Process ids are used again, so an id out of a file says nothing until this has been looked at.
 */
export async function commandLineOf(pid: number): Promise<string | null> {
  try {
    return (process.platform === 'linux' ? await fromProc(pid) : await fromPs(pid)) || null;
  } catch {
    return null;
  }
}

async function fromProc(pid: number): Promise<string> {
  return (await readFile(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ').trim();
}

async function fromPs(pid: number): Promise<string> {
  const { stdout } = await promisify(execFile)('ps', ['-ww', '-o', 'command=', '-p', String(pid)]);
  return stdout.trim();
}
