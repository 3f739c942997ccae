import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { StartError } from './start-error.js';

const Secrets = z.object({
  postgresPassword: z.string().min(16),
  jwtSecret: z.string().min(16),
  lmsApiKey: z.string().min(16),
});

/** The secrets of one data folder. */
export type LocalSecrets = Readonly<z.infer<typeof Secrets>>;

/** Reads `secrets.json`, which only its owner may read; makes it with random values at the first start. @throws {StartError} */
export function loadSecrets(dataFolder: string): LocalSecrets {
  const path = join(dataFolder, 'secrets.json');
  if (!existsSync(path)) return createSecrets(path);
  try {
    return Secrets.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    throw new StartError(`${path} cannot be read or lacks a secret: restore it, or delete ${dataFolder} to begin anew without its orders.`, { cause: error });
  }
}

function createSecrets(path: string): LocalSecrets {
  const secrets: LocalSecrets = { postgresPassword: randomSecret(), jwtSecret: randomSecret(), lmsApiKey: randomSecret() };
  writeFileSync(`${path}.new`, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
  return secrets;
}

function randomSecret(): string {
  return randomBytes(24).toString('hex');
}
