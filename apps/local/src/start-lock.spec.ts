import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runningStart, takeStartLock } from './start-lock.js';

const PROGRAM = 'this-is-npm-start';

describe('the lock of a start', () => {
  let folder: string;
  let lockFile: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'start-lock-'));
    lockFile = join(folder, 'npm-start.pid');
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('is free in a new folder, and free again after its release', async () => {
    const release = await takeStartLock(folder);
    expect(existsSync(lockFile)).toBe(true);
    release();
    expect(existsSync(lockFile)).toBe(false);
  });

  it('refuses a second start while the first runs', async () => {
    const first = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)', PROGRAM], { stdio: 'ignore' });
    await once(first, 'spawn');
    try {
      writeFileSync(lockFile, `${first.pid}\n`);
      expect(await runningStart(folder, PROGRAM)).toBe(first.pid);
      await expect(takeStartLock(folder, PROGRAM)).rejects.toThrow(`process ${first.pid}`);
    } finally {
      first.kill('SIGKILL');
      await once(first, 'exit');
    }
  });

  it.each([
    ['has ended', '999999999'],
    ['became another program', String(process.ppid)],
    ['left half a file', ''],
  ])('is taken over when its process %s', async (_, content) => {
    writeFileSync(lockFile, content);
    expect(await runningStart(folder, PROGRAM)).toBeNull();
    const release = await takeStartLock(folder, PROGRAM);
    release();
  });
});
