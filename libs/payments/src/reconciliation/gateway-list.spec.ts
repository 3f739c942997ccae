import { Logger } from '@nestjs/common';
import { GatewayFailure } from '../contract/gateway-failure.js';
import type { ListedPayment, PaymentProcessor } from '../contract/payment-processor.js';
import type { WiredGateway } from '../registry/processor.registry.js';
import { listInBatches } from './gateway-list.js';

const LISTED: ListedPayment = { reference: 'pi_1', captureReference: null, paymentId: null, orderNumber: null, capturedMinor: 4_900, refundedMinor: 0, currency: 'USD', at: new Date(0) };

beforeAll(() => {
  Logger.overrideLogger(false);
});

async function* some(count: number, item: unknown = LISTED): AsyncGenerator<ListedPayment> {
  for (let made = 0; made < count; made += 1) yield Promise.resolve(item as ListedPayment);
}

async function batches(list: PaymentProcessor['list'], { signal = new AbortController().signal, timeoutMs = 1_000 } = {}): Promise<ListedPayment[][]> {
  const wired = { kind: 'gateway', name: 'card', timeoutMs, gateway: { list } } as unknown as WiredGateway;
  const all: ListedPayment[][] = [];
  for await (const batch of listInBatches(wired, { since: new Date(0), until: new Date(1), signal })) all.push(batch);
  return all;
}

describe('the list of a gateway', () => {
  it('comes in batches, the last one as it is', async () => {
    expect((await batches(() => some(450))).map(({ length }) => length)).toEqual([200, 200, 50]);
    expect(await batches(() => some(0))).toEqual([]);
  });

  it('keeps of our marks only what can be ours', async () => {
    const marks = { ...LISTED, paymentId: 'their own', orderNumber: 'OF-\0' };
    expect(await batches(() => some(1, marks))).toEqual([[LISTED]]);
  });

  it.each<[string, unknown]>([
    ['an amount that is none', { ...LISTED, capturedMinor: Number.NaN }],
    ['less than nothing', { ...LISTED, refundedMinor: -1 }],
    ['a part of a cent', { ...LISTED, capturedMinor: 0.5 }],
    ['no reference', { ...LISTED, reference: '' }],
    ['a reference that the database cannot hold', { ...LISTED, reference: 'pi\0' }],
    ['no payment', null],
  ])('is not believed where it has %s', async (_, item) => {
    await expect(batches(() => some(1, item))).rejects.toThrow(/a form that cannot be read/);
  });

  it('that breaks down is a failure, and shows nothing of what was thrown', async () => {
    const broken = () => { throw new Error('sk_live_secret'); };
    await expect(batches(broken)).rejects.toMatchObject({ name: 'GatewayFailure', detail: expect.not.stringContaining('sk_live') });
    await expect(batches(() => undefined as never)).rejects.toBeInstanceOf(GatewayFailure);
    const failure = new GatewayFailure('No.', { kind: 'rejected', passing: false });
    await expect(batches(() => { throw failure; })).rejects.toBe(failure);
  });

  it('that goes silent is left, and told to stop', async () => {
    let told: AbortSignal | undefined;
    const silent: PaymentProcessor['list'] = ({ signal }) => ((told = signal), { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined) }) });
    await expect(batches(silent, { timeoutMs: 1 })).rejects.toMatchObject({ kind: 'timeout', passing: true });
    expect(told?.aborted).toBe(true);
  });

  it('ends where it is stopped, also in a page that hangs', async () => {
    const stop = new AbortController();
    const hanging: PaymentProcessor['list'] = () => ({ [Symbol.asyncIterator]: () => ({ next: () => (stop.abort(), new Promise(() => undefined)) }) });
    await expect(batches(hanging, { signal: stop.signal })).rejects.toBeInstanceOf(GatewayFailure);
    await expect(batches(() => some(1), { signal: AbortSignal.abort() })).rejects.toBeInstanceOf(GatewayFailure);
  });

  it('is closed by whoever leaves it', async () => {
    let closed = false;
    async function* endless(): AsyncGenerator<ListedPayment> {
      try { for (;;) yield await Promise.resolve(LISTED); } finally { closed = true; }
    }
    const wired = { kind: 'gateway', name: 'card', timeoutMs: 1_000, gateway: { list: endless } } as unknown as WiredGateway;
    for await (const batch of listInBatches(wired, { since: new Date(0), until: new Date(1), signal: new AbortController().signal })) if (batch.length > 0) break;
    await new Promise((resolve) => setImmediate(resolve));
    expect(closed).toBe(true);
  });
});
