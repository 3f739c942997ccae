import 'reflect-metadata';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { WorkerConfig } from '#config';
import { Dependencies, Metrics, NestLogger, startSideServer, type SideServer } from '#observability';
import type { Logger } from 'pino';
import { WorkerModule } from './worker.module.js';

/** A running worker. */
export interface Worker {
  /** Where its health and its figures are. */
  readonly url: string;
  /** The longest that `stop` waits for what runs. */
  readonly drainMs: number;
  /** Takes no new work, waits for what runs (the scheduler's drain limit), and ends. Can be called again. */
  stop(): Promise<void>;
}

/** Starts a worker. @throws whatever stops a boot, with a sentence that says what to change. */
export async function startWorker(config: WorkerConfig, logger: Logger): Promise<Worker> {
  const { module, drainMs } = await WorkerModule.forRoot(config);
  const app = await NestFactory.createApplicationContext(module, { logger: new NestLogger(logger), abortOnError: false });
  let stopping: Promise<void> | null = null;
  const server = await openPort(app, config, () => stopping !== null);
  if (!config.publishToLms) logger.warn({ event: 'publication_off' }, 'PUBLISH_TO_LMS is false: this worker tells the LMS nothing. Changed courses wait: GET /v1/publications?status=waiting.');
  return {
    url: server.url,
    drainMs,
    stop: () => {
      stopping ??= app.close().finally(() => server.close());
      return stopping;
    },
  };
}

async function openPort(app: INestApplicationContext, { host, port }: WorkerConfig, draining: () => boolean): Promise<SideServer> {
  const dependencies = app.get(Dependencies);
  try {
    return await startSideServer({ host, port, metrics: app.get(Metrics), health: { states: () => dependencies.states(), draining } });
  } catch (error) {
    await app.close();
    throw error;
  }
}
