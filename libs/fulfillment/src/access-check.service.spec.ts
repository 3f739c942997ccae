import { Logger } from '@nestjs/common';
import { DeliveryFailure, type Fulfiller, type FulfillmentRequest, type Receipt } from '@order-fulfillment/fulfiller-kit';
import type { Refusal, Report } from '#limits';
import { AccessCheck, type Access } from './access-check.service.js';
import type { DeliveryGate } from './delivery-gate.service.js';
import { FulfillerRegistry } from './fulfiller.registry.js';

const ASKED: Access = { productType: 'seat', details: { mode: 'verified' }, learner: { username: 'alice', email: null, address: null }, orderNumber: 'OF-7', placedAt: new Date(0) };
const TIMEOUT_MS = 200;

let refusal: Refusal | null;
let reports: { readonly calls: number; readonly outcome: Report['outcome'] }[];
let logged: string[];
beforeEach(() => {
  refusal = null;
  reports = [];
  logged = [];
});
beforeAll(() => {
  Logger.overrideLogger({ log: () => undefined, warn: () => undefined, error: (message: unknown) => void logged.push(String(message)) });
});
afterAll(() => {
  Logger.overrideLogger(['log', 'warn', 'error']);
});

function check(verify: (request: FulfillmentRequest<unknown>) => Promise<Receipt | null>): AccessCheck {
  const never = () => Promise.reject(new Error('Nothing is delivered while somebody looks.'));
  const fulfiller: Fulfiller = { parseDetails: (raw) => raw, fulfill: never, verify, revoke: never };
  const registry = new FulfillerRegistry(
    new Map([['seat', { fulfiller, timeoutMs: TIMEOUT_MS, maxQuantity: 1, repeatable: false, dependency: 'lms', callbackSecrets: [], capabilities: { revoke: true, asynchronous: false, sharedAccess: true } }]]),
  );
  const gate: Pick<DeliveryGate, 'ask' | 'report'> = {
    ask: () => Promise.resolve([refusal]),
    report: (_type, _traffic, calls, { outcome }) => {
      reports.push({ calls, outcome });
      return Promise.resolve();
    },
  };
  return new AccessCheck(registry, gate as DeliveryGate);
}

describe('whether somebody has a product already', () => {
  it.each([[true, { reference: 'enrolled' }], [false, null]])('is %s when the provider says so', async (found, receipt) => {
    expect(await check(() => Promise.resolve(receipt)).isThere(ASKED)).toBe(found);
    expect(reports).toEqual([{ calls: 1, outcome: 'answered' }]);
  });

  it('is asked for the learner, by a key that no line has', async () => {
    const asked: FulfillmentRequest<unknown>[] = [];
    const look = check((request) => Promise.resolve(void asked.push(request)).then(() => null));
    await look.isThere(ASKED);
    await look.isThere(ASKED);
    expect(asked[0]).toMatchObject({ learner: ASKED.learner, details: ASKED.details, orderNumber: 'OF-7', attempt: 1 });
    expect(asked[0]?.idempotencyKey).not.toBe(asked[1]?.idempotencyKey);
  });

  it('is open when the provider must not be called, and then nobody calls it', async () => {
    refusal = { kind: 'server', detail: 'paused', retryInMs: 1_000 } as Refusal;
    expect(await check(() => Promise.reject(new Error('called'))).isThere(ASKED)).toBeNull();
    expect([reports, logged]).toEqual([[], []]);
  });

  it('is open when the provider fails, which counts against it', async () => {
    expect(await check(() => Promise.reject(new DeliveryFailure({ kind: 'server', detail: 'down', passing: true }))).isThere(ASKED)).toBeNull();
    expect([reports, logged]).toEqual([[{ calls: 1, outcome: 'failed' }], []]);
  });

  // Without the limit it would never be answered.
  it('is open when no answer comes in the time of one call', async () => {
    expect(await check(() => new Promise(() => undefined)).isThere(ASKED)).toBeNull();
    expect(reports).toEqual([{ calls: 1, outcome: 'failed' }]);
  });

  it('is open when the fulfiller has a bug, which is logged and does not count against the provider', async () => {
    expect(await check(() => Promise.reject(new TypeError('a bug'))).isThere(ASKED)).toBeNull();
    expect(reports).toEqual([{ calls: 1, outcome: 'not_called' }]);
    expect(logged).toEqual([expect.stringContaining('"seat" broke down')]);
  });
});
