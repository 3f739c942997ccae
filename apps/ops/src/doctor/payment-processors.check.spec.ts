import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadPaymentProcessorsConfig } from '#config';
import { PaymentLeaseTooShortError } from '#payments';
import { wirePaymentProcessors } from '../payment-processors/payment-processors.context.js';
import { paymentProcessorsCheck } from './payment-processors.check.js';

describe('the check of the map of payment processors', () => {
  let folder: string;
  beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'processors-'))));
  afterAll(() => rmSync(folder, { recursive: true }));

  const check = (text: string) => {
    const file = join(folder, 'payment-processors.yaml');
    writeFileSync(file, text);
    return paymentProcessorsCheck(() => wirePaymentProcessors(loadPaymentProcessorsConfig({ PAYMENT_PROCESSORS_FILE: file })));
  };

  it('wires it', async () => {
    expect(await check('')).toMatchObject({ verdict: 'ok', fact: '2 payment processors are wired: free, invoice.' });
  });

  it.each([
    ['a processor that is not there', 'card: { processor: no-such-package }', 'Payment processor "card": its processor "no-such-package" cannot be loaded'],
    ['an entry that is none', 'card: {}', 'card.processor: '],
  ])('fails for %s, by the sentence of the boot', async (_, text, fact) => {
    expect(await check(text)).toMatchObject({ verdict: 'fail', fact: expect.stringContaining(fact) });
  });

  it('fails for a lease that is too short', async () => {
    expect(await paymentProcessorsCheck(() => Promise.reject(new PaymentLeaseTooShortError(1, 2, 'card')))).toMatchObject({ verdict: 'fail', fact: expect.stringContaining('FULFILLMENT_LEASE_MS is 1') });
  });
});
