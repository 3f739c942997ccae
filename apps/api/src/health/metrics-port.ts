import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Dependencies, Metrics, startSideServer } from '#observability';

/**
 * Serves the metrics on a port of their own, because the API's own port is open to everybody. Call it before the API
 * listens: the port says "draining" from the moment the API stops, and is closed with it. Answers the port's URL.
 */
export async function openMetricsPort(app: NestFastifyApplication, { host, port }: { host: string; port: number }): Promise<string> {
  const dependencies = app.get(Dependencies);
  const fastify = app.getHttpAdapter().getInstance();
  let draining = false;
  const server = await startSideServer({ host, port, metrics: app.get(Metrics), health: { states: () => dependencies.states(), draining: () => draining } });
  fastify.addHook('preClose', (done) => {
    draining = true;
    done();
  });
  fastify.addHook('onClose', () => server.close());
  return server.url;
}
