import { Test } from '@nestjs/testing';
import { BypassRefusedError, type BypassRequest } from '../contract/bypass-processor.js';
import InvoiceProcessorModule from './index.js';
import { InvoiceProcessor } from './invoice.processor.js';

const invoice = new InvoiceProcessor();
const PURCHASE: BypassRequest = { totalMinor: 4_900, isStaff: true, reference: 'PO-7' };

function refusal(changes: Partial<BypassRequest>): unknown {
  try {
    return invoice.settle({ ...PURCHASE, ...changes });
  } catch (thrown) {
    if (thrown instanceof BypassRefusedError) return { code: thrown.code, field: thrown.field, message: thrown.message };
    throw thrown;
  }
}

it.each([4_900, 0])('is for staff, with its reference, and the money is owed, whatever the total: %d', (totalMinor) => {
  expect(invoice.settle({ ...PURCHASE, totalMinor })).toEqual({ reference: 'PO-7', owed: true });
});

it.each([null, 'PO-7'])('is not for learners, with a reference or without: %j', (reference) => {
  expect(refusal({ isStaff: false, reference })).toEqual({ code: 'staff_only_processor', field: 'processor', message: 'Only staff may sell by invoice.' });
});

it.each([null, '', ' '])('needs a reference, and %j is none', (reference) => {
  expect(refusal({ reference })).toEqual({ code: 'reference_required', field: 'reference', message: 'An invoice needs a reference, such as the number of a purchase order.' });
});

it('is provided under its token, and takes no options', async () => {
  const token = Symbol('invoice');
  const { manifest } = InvoiceProcessorModule;
  const app = await Test.createTestingModule({ imports: [InvoiceProcessorModule.register({ token, name: 'invoice', options: {}, timeoutMs: 1_000 })] }).compile();
  expect(app.get<InvoiceProcessor>(token, { strict: false })).toBeInstanceOf(InvoiceProcessor);
  expect(manifest.options.safeParse({}).success).toBe(true);
  expect(manifest.options.safeParse({ dueDays: 30 }).success).toBe(false);
});
