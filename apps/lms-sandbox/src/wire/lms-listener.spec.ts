import { createServer, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { TestSandbox } from '../testing/sandbox.fixture.js';

let lms: TestSandbox;
let sockets: Socket[];
beforeEach(async () => {
  lms = await TestSandbox.start();
  sockets = [];
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await lms.stop();
});

const portOf = () => Number(new URL(lms.sandbox.lmsUrl).port);

/** `connected`, or why not. */
async function knock(): Promise<string> {
  const socket = connect(portOf(), '127.0.0.1');
  sockets.push(socket);
  return once(socket, 'connect').then(() => 'connected', (error: NodeJS.ErrnoException) => error.code ?? error.message);
}

const health = async () => (await lms.control('GET', '/health')).json['lms'];

async function untilUp(): Promise<void> {
  while ((await health()) !== 'up') await new Promise((resolve) => setTimeout(resolve, 20));
}

describe('an outage', () => {
  it('refuses connections until it is ended, and then takes the same port', async () => {
    const before = lms.sandbox.lmsUrl;
    await lms.control('POST', '/outage');
    expect([await knock(), await health()]).toEqual(['ECONNREFUSED', 'outage']);
    expect((await lms.control('DELETE', '/outage')).status).toBe(204);
    expect([await knock(), (await lms.control('GET', '/health')).json['lmsUrl']]).toEqual(['connected', before]);
  });

  it('cuts the connections there are', async () => {
    const idle = connect(portOf(), '127.0.0.1');
    sockets.push(idle);
    await once(idle, 'connect');
    const closed = once(idle, 'close');
    await lms.control('POST', '/outage');
    await expect(closed).resolves.toBeDefined();
  });

  it('ends by itself after its time', async () => {
    await lms.control('POST', '/outage', { durationMs: 100 });
    expect(await knock()).toBe('ECONNREFUSED');
    await untilUp();
    expect(await knock()).toBe('connected');
  });

  it('may be begun and ended twice', async () => {
    for (const method of ['POST', 'POST', 'DELETE', 'DELETE']) await lms.control(method, '/outage');
    expect(await knock()).toBe('connected');
  });

  it('drops what waits, without effect: a process that is down works on nothing', async () => {
    await lms.break({ kind: 'latency', ms: 400, times: 1 });
    const waiting = lms.enroll().then(() => 'answered', () => 'cut');
    while ((await lms.ledger())[0]?.fault !== 'latency') await new Promise((resolve) => setTimeout(resolve, 10));
    await lms.control('POST', '/outage');
    expect(await waiting).toBe('cut');
    await lms.control('DELETE', '/outage');
    await lms.break({ kind: 'latency', ms: 500, times: 1 });
    await lms.enroll({ user: 'learner2' });
    expect([await lms.enrollment('learner1'), (await lms.ledger())[0]?.status]).toEqual([undefined, null]);
  });

  it('cannot end while somebody else holds the port, and says so', async () => {
    await lms.control('POST', '/outage');
    const squatter: Server = createServer().listen(portOf(), '127.0.0.1');
    await once(squatter, 'listening');
    const { status, json } = await lms.control('DELETE', '/outage');
    expect([status, json['error']]).toEqual([409, expect.stringContaining('EADDRINUSE')]);
    squatter.close();
    await once(squatter, 'close');
    expect((await lms.control('DELETE', '/outage')).status).toBe(204);
  });
});

it('stops at once although a call hangs', async () => {
  await lms.break({ kind: 'hang_before' });
  const hanging = lms.enroll().then(() => 'answered', () => 'cut');
  while ((await lms.ledger()).length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  await lms.stop();
  expect(await hanging).toBe('cut');
});
