import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cloneFolder } from '../../apps/local/src/clone-folder.js';

const run = promisify(execFile);
/** A cache in which npm finds nothing: what a test installs offline is what it hands over, and not what this machine has seen before. */
const NO_CACHE = join(tmpdir(), `npm-cache-${process.pid}`);
if (typeof afterAll === 'function') afterAll(() => rm(NO_CACHE, { recursive: true, force: true }));

/** How a program ended, with what it wrote to both streams. */
export interface Ended {
  readonly exitCode: number;
  readonly output: string;
}

/** Runs a program to its end, with nothing of the environment of whoever runs the tests but what a program needs. Never rejects. */
export async function runProgram(command: string, args: readonly string[], cwd: string): Promise<Ended> {
  const { PATH, HOME, TMPDIR } = process.env;
  try {
    const { stdout, stderr } = await run(command, args, { cwd, env: { PATH, HOME, TMPDIR, npm_config_cache: NO_CACHE, npm_config_audit: 'false', npm_config_fund: 'false', npm_config_update_notifier: 'false' }, maxBuffer: 20_000_000 });
    return { exitCode: 0, output: stdout + stderr };
  } catch (error) {
    const { code, stdout = '', stderr = '', message } = error as { code?: unknown; stdout?: string; stderr?: string; message: string };
    return { exitCode: typeof code === 'number' ? code : 1, output: stdout + stderr || message };
  }
}

/** As `runProgram`, for programs that must succeed. @throws {Error} with their words. */
export async function succeed(command: string, args: readonly string[], cwd: string): Promise<string> {
  const { exitCode, output } = await runProgram(command, args, cwd);
  if (exitCode !== 0) throw new Error(`${command} ${args.join(' ')} ended with exit code ${exitCode}:\n${output}`);
  return output;
}

/** Packs an installed package, so that it can be installed elsewhere without a network. Answers the tarball's path. */
export async function packInstalled(name: string, folder: string): Promise<string> {
  const said = await succeed('npm', ['pack', '--ignore-scripts', '--loglevel=error', '--pack-destination', folder], join(cloneFolder(), 'node_modules', name));
  return join(folder, said.trim().split('\n').at(-1) ?? '');
}

/** What lint, types, unit tests and boot ask for of this repository, as a copy that a test may change. Packages are linked. */
export async function copyOfTheHouse(folder: string): Promise<string> {
  const clone = cloneFolder();
  const copy = join(folder, 'house');
  await mkdir(join(copy, 'test'), { recursive: true });
  const files = ['package.json', 'tsconfig.json', 'eslint.config.js', 'jest.config.js', 'scripts', 'config', 'libs', 'apps', 'dist', 'test/architecture.spec.ts'];
  await Promise.all(files.map((path) => cp(join(clone, path), join(copy, path), { recursive: true })));
  await linkPackages(join(clone, 'node_modules'), join(copy, 'node_modules'), copy);
  return copy;
}

/** One link a package, but the kit's, which leads to the copy: a link to the whole would lead back into the repository. */
async function linkPackages(from: string, to: string, copy: string): Promise<void> {
  await mkdir(join(to, '@order-fulfillment'), { recursive: true });
  const names = (await readdir(from)).filter((name) => name !== '@order-fulfillment');
  await Promise.all(names.map((name) => symlink(join(from, name), join(to, name))));
  await symlink(join(copy, 'libs/fulfiller-kit'), join(to, '@order-fulfillment/fulfiller-kit'));
}
