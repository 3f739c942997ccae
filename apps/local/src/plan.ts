import { join } from 'node:path';
import { busyPorts, busyPortsSentence, type WantedPort } from './ports.js';
import { choosePostgresPlace, makePassableFolder, type PostgresPlace } from './postgres/postgres-place.js';
import { loadSecrets } from './secrets.js';
import type { LocalSettings } from './settings.js';
import { StartError } from './start-error.js';
import { runningStart } from './start-lock.js';

const LOOPBACK = '127.0.0.1';

export interface StackPlan {
  readonly cloneFolder: string;
  readonly dataFolder: string;
  /** The environment that every part gets besides its own variables. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly api: { readonly host: string; readonly port: number; /** Null: where it listens. */ readonly publicUrl: string | null };
  readonly worker: { readonly port: number };
  /** A server of the user's; null: one of our own where the machine has one, else none. */
  readonly redisUrl: string | null;
  /** A server of the user's, or the place and password of ours. */
  readonly database: { readonly url: string } | { readonly place: PostgresPlace; readonly password: string };
  /** An LMS of the user's, or the ports of the sandbox. */
  readonly lms: { readonly url: string } | { readonly port: number; readonly controlPort: number };
  /** The ports of the sandbox gateway; null where there is none. */
  readonly gateway: LocalSettings['gateway'];
  readonly jwtSecret: string;
  readonly lmsApiKey: string;
}

export interface PlanOptions {
  readonly settings: LocalSettings;
  readonly cloneFolder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly report: (line: string) => void;
}

/**
 * Decides what runs and where, before anything runs. Makes the data folder and, at the first start, its secrets.
 *
 * @throws {StartError} when a port is taken or PostgreSQL cannot run here.
 */
export async function planStack({ settings, cloneFolder, env, report }: PlanOptions): Promise<StackPlan> {
  const place = settings.databaseUrl === null ? await choosePostgresPlace({ cloneFolder, dataFolder: settings.dataFolder, report }) : null;
  const dataFolder = place?.dataFolder ?? settings.dataFolder ?? join(cloneFolder, '.data');
  await refuseBusyPorts(settings, dataFolder);
  makePassableFolder(dataFolder);
  const secrets = loadSecrets(dataFolder);
  return {
    cloneFolder,
    dataFolder,
    env,
    api: { host: settings.host, port: settings.port, publicUrl: settings.publicUrl },
    worker: { port: settings.workerPort },
    redisUrl: settings.redisUrl,
    database: databasePlan(settings.databaseUrl, place, secrets.postgresPassword),
    lms: settings.lmsUrl === null ? { port: settings.sandboxPort, controlPort: settings.sandboxControlPort } : { url: settings.lmsUrl },
    gateway: settings.gateway,
    jwtSecret: settings.jwtSecret ?? secrets.jwtSecret,
    lmsApiKey: settings.lmsApiKey ?? secrets.lmsApiKey,
  };
}

async function refuseBusyPorts(settings: LocalSettings, dataFolder: string): Promise<void> {
  const sandbox: WantedPort[] = [
    { variable: 'LMS_SANDBOX_PORT', host: LOOPBACK, port: settings.sandboxPort },
    { variable: 'LMS_SANDBOX_CONTROL_PORT', host: LOOPBACK, port: settings.sandboxControlPort },
  ];
  const gateway: WantedPort[] = settings.gateway === null ? [] : [
    { variable: 'GATEWAY_SANDBOX_PORT', host: LOOPBACK, port: settings.gateway.port },
    { variable: 'GATEWAY_SANDBOX_CONTROL_PORT', host: LOOPBACK, port: settings.gateway.controlPort },
  ];
  const busy = await busyPorts([
    { variable: 'PORT', host: settings.host, port: settings.port },
    { variable: 'WORKER_PORT', host: settings.host, port: settings.workerPort },
    ...(settings.lmsUrl === null ? sandbox : []),
    ...gateway,
  ]);
  if (busy.length > 0) throw new StartError(busyPortsSentence(busy, await runningStart(dataFolder)));
}

function databasePlan(url: string | null, place: PostgresPlace | null, password: string): StackPlan['database'] {
  if (url !== null) return { url };
  if (place === null) throw new Error('Neither a server nor a place for one was chosen.');
  return { place, password };
}
