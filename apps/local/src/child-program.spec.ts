import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChildProgram } from './child-program.js';

const PATIENT = 'setInterval(() => undefined, 1000); process.once("disconnect", () => process.exit());';

describe('a child program', () => {
  let folder: string;
  const programs: ChildProgram[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'child-program-'));
  });

  afterEach(async () => {
    await Promise.all(programs.splice(0).map((program) => program.stop(0)));
    rmSync(folder, { recursive: true });
  });

  function run(source: string, logFile?: string): ChildProgram {
    const entry = join(folder, 'program.mjs');
    writeFileSync(entry, source);
    const program = new ChildProgram({ name: 'the program', entry, cwd: folder, env: { PATH: process.env['PATH'] }, ...(logFile === undefined ? {} : { logFile }) });
    programs.push(program);
    return program;
  }

  it('tells its events, between other lines and in pieces, also to who asks late', async () => {
    const program = run(`console.log('starting'); process.stdout.write('{"event":"rea'); setTimeout(() => console.log('dy","url":"http://x"}'), 20); ${PATIENT}`);
    expect(await program.waitForEvent('ready', 10_000)).toEqual({ event: 'ready', url: 'http://x' });
    expect(await program.waitForEvent('ready', 0)).toMatchObject({ url: 'http://x' });
  });

  it('that ends before its event says how, with its last lines', async () => {
    const program = run('console.error("the disk is full"); process.exitCode = 3;');
    await expect(program.waitForEvent('ready', 10_000)).rejects.toThrow(/the program ended with exit code 3[^]*the disk is full/);
  });

  it('that never says its event is given up', async () => {
    await expect(run(PATIENT).waitForEvent('ready', 50)).rejects.toThrow(/has not said "ready" within 50 ms/);
  });

  it('ends by itself on SIGTERM, and is killed when it does not', async () => {
    const obedient = run(`process.on('SIGTERM', () => process.exit(0)); console.log('{"event":"up"}'); ${PATIENT}`);
    await obedient.waitForEvent('up', 10_000);
    expect(await obedient.stop(10_000)).toBe('exit code 0');
    expect(obedient.succeeded).toBe(true);
    const stubborn = run(`process.on('SIGTERM', () => undefined); console.log('{"event":"up"}'); ${PATIENT}`);
    await stubborn.waitForEvent('up', 10_000);
    expect(await stubborn.stop(50)).toBe('signal SIGKILL');
    expect(stubborn.succeeded).toBe(false);
  });

  it('writes its output to a log and keeps the log of the start before', async () => {
    const log = join(folder, 'api.log');
    await run('console.log("first")', log).exited;
    await run('console.log("second"); console.error("trouble")', log).exited;
    expect(readFileSync(log, 'utf8')).toMatch(/second\n/);
    expect(readFileSync(log, 'utf8')).toMatch(/trouble\n/);
    expect(readFileSync(join(folder, 'api.previous.log'), 'utf8')).toBe('first\n');
  });
});
