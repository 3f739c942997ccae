import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * Programs that the tests run beside npm's packages. `setting` names one in the environment; else one of `names` is taken from the PATH.
 * `packages` are tried in their order by each system's package manager.
 */
const PROGRAMS = {
  redis: {
    names: ['redis-server', 'valkey-server'],
    setting: 'REDIS_URL',
    packages: { 'apt-get': ['redis-server'], dnf: ['valkey', 'redis'], apk: ['redis'] },
    advice: 'The tests need a real Redis: install redis-server or valkey-server (for example `sudo apt-get install redis-server`), or set REDIS_URL.',
  },
  php: {
    names: ['php'],
    setting: 'PHP_PATH',
    packages: { 'apt-get': ['php-cli'], dnf: ['php-cli'], apk: ['php'] },
    advice: 'The tests run docs/drupal by a real PHP 8: install its command line (for example `sudo apt-get install php-cli`), or set PHP_PATH to it.',
  },
  chromium: {
    names: ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'],
    setting: 'CHROMIUM_PATH',
    packages: { 'apt-get': ['chromium'], dnf: ['chromium'], apk: ['chromium'] },
    advice: 'The tests run docs/drupal in a real browser: install Chromium (for example `sudo apt-get install chromium`), or set CHROMIUM_PATH to a Chromium or Chrome.',
  },
};

const ALWAYS = { 'apt-get': ['install', '-y', '--no-install-recommends'], dnf: ['install', '-y'], apk: ['add', '--no-cache'] };
/** Lists of packages that a fresh system may lack; run when a package is not found without it. */
const REFRESH = { 'apt-get': ['update'] };
const ENV = { DEBIAN_FRONTEND: 'noninteractive' };

/**
 * Sees to it that the tests can run a program: the one that the environment names, one on the PATH, else installed through the system's
 * package manager when this is root. Returns its path, and how to speak of it: what the environment says may hold a password. Throws with what to do.
 */
export function ensureProgram(name, { env = process.env, isRoot = process.getuid?.() === 0, say = console.log } = {}) {
  const program = PROGRAMS[name];
  const found = () => program.names.map((file) => findOnPath(file, env)).find((path) => path !== null) ?? null;
  if (env[program.setting]) return { path: env[program.setting], shownAs: program.setting };
  const path = found() ?? (isRoot ? install(program, { env, say, found }) : null);
  if (path === null) throw new Error(program.advice);
  return { path, shownAs: path };
}

/** The variable by which tests find a program that was ensured. */
export function settingOf(name, path) {
  return { [PROGRAMS[name].setting]: path };
}

/** Each step runs only while the program is not there. */
function install({ names, packages }, { env, say, found }) {
  const tool = Object.keys(packages).find((candidate) => findOnPath(candidate, env) !== null);
  if (tool === undefined) return null;
  for (const step of stepsOf(tool, packages[tool])) {
    say(`No ${names[0]} on the PATH: running ${tool} ${step.join(' ')}`);
    const { status, stdout, stderr } = spawnSync(findOnPath(tool, env), step, { encoding: 'utf8', env: { ...env, ...ENV } });
    const program = found();
    if (program !== null) return program;
    if (status !== 0) say(`  it failed: ${(stderr || stdout || '').trim().split('\n').at(-1)}`);
  }
  return null;
}

function stepsOf(tool, packages) {
  const installs = packages.map((name) => [...ALWAYS[tool], name]);
  return REFRESH[tool] === undefined ? installs : [...installs, REFRESH[tool], ...installs];
}

function findOnPath(program, env) {
  const paths = (env.PATH ?? '').split(delimiter).map((folder) => join(folder, program));
  return paths.find(isExecutable) ?? null;
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
