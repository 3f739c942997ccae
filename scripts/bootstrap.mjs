/**
 * Makes a fresh clone ready, then runs one of its programs on Node 24:
 *
 *   node scripts/bootstrap.mjs start|test|<built file> [arguments]
 *
 * It must run on the machine's own Node (18 or newer) and without a single package: it is what installs them.
 */
import { existsSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { runToEnd } from './child.mjs';
import { isInstalled } from './installation.mjs';

const CLONE = dirname(dirname(fileURLToPath(import.meta.url)));
const BIN = join(CLONE, 'node_modules', '.bin');
const PROGRAMS = { start: 'dist/apps/local/src/main.js', test: 'scripts/test.mjs' };

/** Something that the person at the terminal can mend: printed without a stack trace. */
class BootstrapError extends Error {}

async function main([program, ...args]) {
  if (process.platform === 'win32') throw new BootstrapError('Windows is not supported: run this inside WSL.');
  if (program === undefined) throw new BootstrapError('Say what to run: node scripts/bootstrap.mjs start|test|<built file> [arguments]');
  await install();
  const node = findRuntime();
  await build();
  return runToEnd(node, [resolve(CLONE, PROGRAMS[program] ?? program), ...args], { cwd: CLONE, env: { ...process.env, PATH: pathWithBin() }, ipc: true });
}

async function install() {
  if (isInstalled(CLONE)) return;
  say('Installing packages (npm ci) …');
  // The packages bring a Node of their own, which may be the one that runs this: npm must not run on what it is about to delete.
  const env = { ...process.env, PATH: pathWithoutBin() };
  await step('npm ci', ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'], env);
}

async function build() {
  say('Building …');
  await step('The build', ['run', '--silent', 'build'], { ...process.env, PATH: pathWithBin() });
}

async function step(name, npmArguments, env) {
  const startedAtMs = performance.now();
  const code = await runToEnd('npm', npmArguments, { cwd: CLONE, env }).catch((error) => {
    throw new BootstrapError(`npm cannot be run (${error.code}): install Node.js with npm, and put both on the PATH.`);
  });
  if (code !== 0) throw Object.assign(new BootstrapError(`${name} failed (exit code ${code}); its messages are above.`), { code });
  say(`  done in ${((performance.now() - startedAtMs) / 1000).toFixed(1)} s`);
}

function findRuntime() {
  const link = join(BIN, 'node');
  if (existsSync(link)) return realpathSync(link);
  throw new BootstrapError('Node 24 is missing in node_modules, because npm ran with install scripts switched off: run `npm ci --ignore-scripts=false`, then this again.');
}

function pathWithBin() {
  return [BIN, pathWithoutBin()].join(delimiter);
}

function pathWithoutBin() {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== BIN)
    .join(delimiter);
}

function say(line) {
  console.error(line);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  say(error instanceof BootstrapError ? error.message : error);
  process.exitCode = error.code > 128 ? error.code : 1;
}
