import { Test } from '@nestjs/testing';
import { BypassRefusedError } from '../contract/bypass-processor.js';
import { FreeProcessor } from './free.processor.js';
import FreeProcessorModule from './index.js';

const free = new FreeProcessor();

it.each([null, 'a gift'])('takes nothing for an order that costs nothing, from whoever asks, and keeps the reference %j', (reference) => {
  for (const isStaff of [false, true]) expect(free.settle({ totalMinor: 0, isStaff, reference })).toEqual({ reference, owed: false });
});

it.each([1, -1, 0.5, Number.MAX_SAFE_INTEGER, Number.NaN])('is refused for a total of %d, even to staff', (totalMinor) => {
  const settle = () => free.settle({ totalMinor, isStaff: true, reference: 'a gift' });
  expect(settle).toThrow(BypassRefusedError);
  expect(thrownBy(settle)).toMatchObject({ code: 'payment_required', field: 'processor', message: 'The total is not zero, so it cannot be free.' });
});

it('is provided under its token, and takes no options', async () => {
  const token = Symbol('free');
  const { manifest } = FreeProcessorModule;
  const app = await Test.createTestingModule({ imports: [FreeProcessorModule.register({ token, name: 'free', options: {}, timeoutMs: 1_000 })] }).compile();
  expect(app.get<FreeProcessor>(token, { strict: false })).toBeInstanceOf(FreeProcessor);
  expect(manifest.options.safeParse({}).success).toBe(true);
  expect(manifest.options.safeParse({ limit: 7 }).success).toBe(false);
});

function thrownBy(work: () => unknown): unknown {
  try {
    return work();
  } catch (thrown) {
    return thrown;
  }
}
