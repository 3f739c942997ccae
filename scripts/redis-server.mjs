import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const SERVERS = ['redis-server', 'valkey-server'];

/** How each system's package manager installs one, in the order to try. Each step runs only while no server is there. */
const INSTALLERS = [
  {
    tool: 'apt-get',
    steps: [
      ['install', '-y', '--no-install-recommends', 'redis-server'],
      ['update'],
      ['install', '-y', '--no-install-recommends', 'redis-server'],
    ],
    env: { DEBIAN_FRONTEND: 'noninteractive' },
  },
  { tool: 'dnf', steps: [['install', '-y', 'valkey'], ['install', '-y', 'redis']], env: {} },
  { tool: 'apk', steps: [['add', '--no-cache', 'redis']], env: {} },
];

/**
 * Sees to it that the tests can start a Redis: one on the PATH, else installed through the system's package manager
 * when this is root. Returns where it comes from, or throws with what to do.
 */
export function ensureRedis() {
  if (process.env.REDIS_URL) return 'REDIS_URL';
  const present = findServer();
  if (present !== null) return present;
  const installer = process.getuid?.() === 0 ? INSTALLERS.find(({ tool }) => findOnPath(tool) !== null) : undefined;
  const installed = installer === undefined ? null : installWith(installer);
  if (installed !== null) return installed;
  throw new Error('The tests need a real Redis: install redis-server or valkey-server (for example `sudo apt-get install redis-server`), or set REDIS_URL.');
}

function installWith({ tool, steps, env }) {
  for (const step of steps) {
    console.log(`No redis-server or valkey-server on the PATH: running ${tool} ${step.join(' ')}`);
    const { status, stdout, stderr } = spawnSync(tool, step, { encoding: 'utf8', env: { ...process.env, ...env } });
    const server = findServer();
    if (server !== null) return server;
    if (status !== 0) console.log(`  it failed: ${(stderr || stdout || '').trim().split('\n').at(-1)}`);
  }
  return null;
}

function findServer() {
  return SERVERS.map(findOnPath).find((path) => path !== null) ?? null;
}

function findOnPath(program) {
  const paths = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, program));
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
