import { loadConfig, pendingMigrations } from '#config';
import { createApi } from './api.app.js';
import { SchemaOutdatedError, bootSentence } from './boot-error.js';
import { createLogger } from './logging/logger.js';

try {
  const config = loadConfig(process.env);
  const logger = createLogger(config.logLevel);
  const missing = await pendingMigrations(config.database.url);
  if (missing.length > 0) throw new SchemaOutdatedError(missing);
  const app = await createApi(config, logger);
  await app.listen({ port: config.port, host: config.host });
  logger.info({ event: 'listening', url: await app.getUrl() });
  // Started by another program, this one ends with it.
  process.once('disconnect', () => void app.close().finally(() => process.exit(0)));
} catch (error) {
  console.error(bootSentence(error));
  process.exit(1);
}
