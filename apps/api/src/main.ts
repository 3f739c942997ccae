import { loadConfig, pendingMigrations } from '#config';
import { createLogger, endOnUncaughtErrors } from '#observability';
import { createApi } from './api.app.js';
import { SERVICE } from './api.module.js';
import { SchemaOutdatedError, bootSentence } from '#composition';
import { openMetricsPort } from './health/metrics-port.js';

try {
  const config = loadConfig(process.env);
  const logger = createLogger(SERVICE, config.logLevel);
  endOnUncaughtErrors(logger);
  const missing = await pendingMigrations(config.database.url);
  if (missing.length > 0) throw new SchemaOutdatedError(missing);
  const { app, drainMs } = await createApi(config, logger);
  if (config.metricsPort !== null) logger.info({ event: 'metrics_listening', url: await openMetricsPort(app, { host: config.host, port: config.metricsPort }) });
  await app.listen({ port: config.port, host: config.host });
  logger.info({ event: 'listening', url: await app.getUrl(), stopsWithinMs: drainMs });
  // Started by another program, this one ends with it.
  process.once('disconnect', () => void app.close().finally(() => process.exit(0)));
} catch (error) {
  console.error(bootSentence(error));
  process.exit(1);
}
