import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Dependencies, Metrics } from '#observability';
import { openMetricsPort } from './metrics-port.js';

const UP = { database: 'up', redis: 'not_configured' };

@Module({
  providers: [
    { provide: Metrics, useFactory: () => new Metrics('order-fulfillment-api') },
    { provide: Dependencies, useValue: { states: () => Promise.resolve(UP) } },
  ],
})
class WiredModule {}

let app: NestFastifyApplication;
let url: string;
beforeEach(async () => {
  app = await NestFactory.create<NestFastifyApplication>(WiredModule, new FastifyAdapter(), { logger: false });
  url = await openMetricsPort(app, { host: '127.0.0.1', port: 0 });
});
afterEach(() => app.close());

async function ask(path: string) {
  const answer = await fetch(url + path);
  return { status: answer.status, text: await answer.text() };
}

describe('the metrics port of the API', () => {
  it("shows the API's own figures and says that it is ready", async () => {
    app.get(Metrics).leaseExpired('seat');
    expect((await ask('/metrics')).text).toContain('fulfillment_lease_expiries_total{product_type="seat",service="order-fulfillment-api"} 1\n');
    expect(await ask('/health/ready')).toEqual({ status: 200, text: JSON.stringify({ status: 'ok', dependencies: UP }) });
  });

  it('is not the port that everybody can reach', async () => {
    await app.listen(0, '127.0.0.1');
    expect((await fetch(`${await app.getUrl()}/metrics`)).status).toBe(404);
  });

  it('says that the API stops while it does, and closes with it', async () => {
    const whileStopping: { status: number; text: string }[] = [];
    app.getHttpAdapter().getInstance().addHook('preClose', async () => void whileStopping.push(await ask('/health/ready')));
    await app.listen(0, '127.0.0.1');
    await app.close();
    expect(whileStopping).toEqual([{ status: 503, text: JSON.stringify({ status: 'draining', dependencies: UP }) }]);
    await expect(ask('/health/live')).rejects.toThrow('fetch failed');
  });
});
