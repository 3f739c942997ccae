import { connect } from 'node:net';
import { ask, type ProblemBody } from '../support/api-client.js';
import type { RunningProgram } from '../support/processes.js';
import { openShop, type Shop } from '../support/shop.js';
import { until } from '../support/until.js';

let shop: Shop;
let second: RunningProgram;
beforeAll(async () => {
  shop = await openShop();
  second = await shop.startApi();
}, 60_000);
afterAll(async () => {
  await second.stop();
  await shop.close();
});

const posts = async (user: string) => (await shop.lms.control.ledger({ user, method: 'POST' })).length;

describe('two API processes on one database', () => {
  it('make one enrollment call when one failed order is sent again fifty times at once, and tell the others that it runs', async () => {
    const { username } = await shop.learner();
    await shop.lms.control.faults({ kind: 'status', status: 503 });
    const { body: order } = await shop.sell(username, ['BIO_VERIFIED']);
    // Long enough that all fifty arrive while the first is at the LMS.
    await shop.lms.control.faults({ kind: 'latency', ms: 150 });
    const before = await posts(username);
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => ask<ProblemBody & { status: number | string }>([shop.api.url, second.url][index % 2] ?? '', 'POST', `/v1/orders/${order.number}/resubmit`, { token: shop.staff, body: { reason: 'now' } })),
    );
    await shop.lms.control.mend();
    expect((await posts(username)) - before).toBe(1);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    // Whoever comes while it runs is told so; on a slow machine some come when it is done.
    const others = answers.filter(({ status }) => status !== 200).map(({ status, body }) => `${status} ${body.code}`);
    expect(others).toContain('409 delivery_in_progress');
    expect(others.filter((other) => !['409 delivery_in_progress', '409 nothing_to_resubmit'].includes(other))).toEqual([]);
    expect((await shop.order(order.number)).status).toBe('complete');
  });

  it('place one order for one key that comes to both of them', async () => {
    const { username } = await shop.learner();
    const key = `both-${username}`;
    const body = { items: [{ sku: 'CHEM_VERIFIED', quantity: 1 }], learner: { username }, payment: { processor: 'invoice', reference: 'PO' } };
    const answers = await Promise.all(Array.from({ length: 10 }, (_, index) => ask([shop.api.url, second.url][index % 2] ?? '', 'POST', '/v1/checkout', { token: shop.staff, key, body })));
    expect(new Set(answers.filter(({ status }) => status === 201).map(({ text }) => text)).size).toBe(1);
    expect(await posts(username)).toBe(1);
  });
});

it('a process that is asked to stop ends, and takes nothing with it', async () => {
  const { username } = await shop.learner();
  const third = await shop.startApi();
  await shop.lms.control.faults({ kind: 'latency', ms: 200 });
  const selling = ask(third.url, 'POST', '/v1/checkout', { token: shop.staff, body: { items: [{ sku: 'PHYS_PRO', quantity: 1 }], learner: { username }, payment: { processor: 'invoice', reference: 'PO' } } });
  await until('the LMS was asked', async () => (await shop.lms.control.ledger({ user: username })).length > 0);
  await Promise.all([third.stop(), selling]);
  await shop.lms.control.mend();
  expect((await selling).body.status).toBe('complete');
});

it('a process that is asked to stop does not wait for ever for a client that never sends the rest', async () => {
  const third = await shop.startApi();
  const { hostname, port } = new URL(third.url);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.on('error', () => undefined);
  socket.write('POST /v1/checkout HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n{');
  await new Promise((resolve) => setTimeout(resolve, 200));
  // Waits until it is gone, and sends nothing stronger.
  await third.kill('SIGTERM');
  socket.destroy();
}, 20_000);
