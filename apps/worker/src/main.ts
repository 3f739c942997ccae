import { SchemaOutdatedError, bootSentence } from '#composition';
import { loadWorkerConfig, pendingMigrations } from '#config';
import { createLogger, endOnUncaughtErrors } from '#observability';
import { startWorker } from './worker.app.js';
import { SERVICE } from './worker.module.js';

try {
  const config = loadWorkerConfig(process.env);
  const logger = createLogger(SERVICE, config.logLevel);
  endOnUncaughtErrors(logger);
  const missing = await pendingMigrations(config.database.url);
  if (missing.length > 0) throw new SchemaOutdatedError(missing);
  const worker = await startWorker(config, logger);
  logger.info({ event: 'listening', url: worker.url, stopsWithinMs: worker.drainMs });
  const stop = () => void worker.stop().finally(() => process.exit(0));
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, stop);
  // Started by another program, this one ends with it.
  process.once('disconnect', stop);
} catch (error) {
  console.error(bootSentence(error));
  process.exit(1);
}
