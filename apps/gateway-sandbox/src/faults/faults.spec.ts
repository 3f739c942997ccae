import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { SECRET_KEY, TestGateway } from '../testing/gateway.fixture.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await TestGateway.start();
});
afterAll(() => gateway.stop());
afterEach(() => gateway.command('POST', '/reset'));

const authorization = `Bearer ${SECRET_KEY}`;
const form = 'application/x-www-form-urlencoded';
const create = (key = 'k', signal?: AbortSignal) => fetch(`${gateway.sandbox.gatewayUrl}/v1/payment_intents`, { method: 'POST', headers: { authorization, 'content-type': form, 'idempotency-key': key }, body: 'amount=1000&currency=usd', ...(signal && { signal }) });
const made = async () => (await gateway.command<{ payments: unknown[] }>('GET', '/ledger')).payments.length;
const outcome = (work: Promise<Response>) => work.then(({ status }) => status, () => 'cut');
const lastCall = async () => (await gateway.calls()).at(-1);

describe('before the work', () => {
  it.each([['reset_before', 'cut'], ['status', 503]])('%s: nothing is done, and the next try is worked on', async (kind, seen) => {
    await gateway.break({ kind, ...(kind === 'status' && { status: 503 }), times: 1, method: 'POST', path: '/v1/payment_intents' });
    expect([await outcome(create()), await made()]).toEqual([seen, 0]);
    expect(await lastCall()).toMatchObject({ worked: false, fault: kind, status: kind === 'status' ? 503 : null, idempotencyKey: 'k' });
    const again = await create();
    expect([again.status, again.headers.get('idempotent-replayed'), await made()]).toEqual([200, null, 1]);
  });

  it('a kept 500 is what the key is answered with from then on', async () => {
    await gateway.break({ kind: 'status', status: 500, kept: true, times: 1 });
    expect([(await create()).status, await made()]).toEqual([500, 0]);
    const again = await create();
    expect([again.status, again.headers.get('idempotent-replayed'), await made()]).toEqual([500, 'true', 0]);
    expect((await create('another')).status).toBe(200);
  });
});

describe('after the work', () => {
  it.each([['reset_after', 'cut'], ['status_after', 502], ['error_body', 200], ['null_body', 200], ['truncated', 200]])('%s: it is done once, and the next try is told so', async (kind, seen) => {
    await gateway.break({ kind, ...(kind === 'status_after' && { status: 502 }), times: 1 });
    expect([await outcome(create()), await made()]).toEqual([seen, 1]);
    expect(await lastCall()).toMatchObject({ worked: true, fault: kind });
    const again = await create();
    expect([again.status, again.headers.get('idempotent-replayed'), await made()]).toEqual([200, 'true', 1]);
  });

  it('hang_after: no answer ever, and the money has moved', async () => {
    await gateway.break({ kind: 'hang_after', times: 1 });
    const patience = new AbortController();
    const hanging = outcome(create('k', patience.signal));
    while ((await lastCall())?.worked !== true) await new Promise((resolve) => setTimeout(resolve, 5));
    patience.abort();
    expect([await hanging, await made(), (await lastCall())?.status]).toEqual(['cut', 1, null]);
  });

  it('says with 200 that it went wrong, and leaves half a JSON', async () => {
    await gateway.break({ kind: 'error_body', times: 1 }, { kind: 'truncated', times: 1 });
    expect(await (await create('a')).json()).toMatchObject({ error: { type: 'api_error' } });
    await expect((await create('b')).json()).rejects.toThrow('JSON');
  });
});

it('meets the calls that it names, as often as it says', async () => {
  await gateway.break({ kind: 'status', status: 503, method: 'GET', path: '/v1/payment_intents/*', times: 2 });
  const get = async (path: string) => (await gateway.ask(path, { headers: { authorization } })).status;
  expect([(await create()).status, await get('/v1/payment_intents'), await get('/v1/payment_intents/a/b'), await get('/v1/payment_intents/a'), await get('/v1/payment_intents/b'), await get('/v1/payment_intents/c')]).toEqual([200, 200, 404, 503, 503, 404]);
  await gateway.break({ kind: 'status', status: 418, path: '/v1/**' });
  expect([await get('/v1/payment_intents/a'), await get('/v2/checkout/orders')]).toEqual([418, 401]);
  await gateway.command('DELETE', '/faults');
  expect(await get('/v1/payment_intents')).toBe(200);
});
