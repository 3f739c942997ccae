import { Logger } from '@nestjs/common';
import { GatewayFailure } from '../contract/gateway-failure.js';
import type { GatewayPayment } from '../contract/gateway-payment.js';
import type { PaymentProcessor, StartedPayment } from '../contract/payment-processor.js';
import type { ProcessorRegistry } from '../registry/processor.registry.js';
import { GatewayCalls } from './gateway-calls.service.js';
import type { Payment } from './payment.js';

const PAYMENT = { id: 'p-1', orderNumber: 'OF-1', processor: 'acme', amountMinor: 4_900, currency: 'USD', reference: 'r-1', captureReference: null } as Payment;
const STATE = { reference: 'r-1', status: 'unpaid' } as GatewayPayment;

function calls(gateway: Partial<PaymentProcessor>, { kind = 'gateway', timeoutMs = 1_000 } = {}): GatewayCalls {
  const registry = { find: (name: string) => (name === 'acme' ? { kind, gateway, timeoutMs } : undefined) } as unknown as ProcessorRegistry;
  return new GatewayCalls(registry);
}

/** Rejects with what is no error. */
function thrower(thrown: unknown): () => Promise<never> {
  return async () => {
    await Promise.resolve();
    throw thrown;
  };
}

beforeAll(() => {
  Logger.overrideLogger(false);
});

it('tells a gateway of the payment as it is written', async () => {
  let told: StartedPayment | undefined;
  await calls({ confirm: (payment) => ((told = payment), Promise.resolve(STATE)) }).confirm(PAYMENT);
  expect(told).toMatchObject({ paymentId: 'p-1', orderNumber: 'OF-1', amountMinor: 4_900, currency: 'USD', reference: 'r-1', captureReference: null, description: 'Order OF-1' });
  expect(told?.signal.aborted).toBe(false);
});

it('lets a failure through as it is', async () => {
  const failure = new GatewayFailure('No.', { kind: 'rejected', passing: false });
  await expect(calls({ verify: () => Promise.reject(failure) }).verify(PAYMENT)).rejects.toBe(failure);
});

it.each<[string, () => Promise<never>]>([
  ['an error', () => Promise.reject(new TypeError('x is not a function, 4242424242424242'))],
  ['a string', thrower('sk_live_secret')],
  ['nothing', thrower(undefined)],
  ['something at once', () => { throw new Error('sk_live_secret'); }],
])('makes a doubt of what else a processor throws, and shows nothing of it: %s', async (_, cancel) => {
  await expect(calls({ cancel }).cancel(PAYMENT)).rejects.toMatchObject({ kind: 'unknown', passing: true, mayHaveArrived: true, detail: 'The payment processor broke down; the log says how.' });
});

it('tells a call to stop at its time-out, and leaves behind one that does not: it may have arrived', async () => {
  let signal: AbortSignal | undefined;
  const never = calls({ confirm: (payment) => ((signal = payment.signal), new Promise(() => undefined)) }, { timeoutMs: 20 });
  await expect(never.confirm(PAYMENT)).rejects.toMatchObject({ kind: 'timeout', passing: true, mayHaveArrived: true });
  expect(signal?.aborted).toBe(true);
});

it('says what to do about a processor that is not in the map any more, and calls nobody', async () => {
  await expect(calls({}, { kind: 'bypass' }).verify(PAYMENT)).rejects.toMatchObject({ kind: 'configuration', passing: false });
  await expect(calls({}).verify({ ...PAYMENT, processor: 'gone' })).rejects.toThrow(/"gone" is not in the map of payment processors/);
});
