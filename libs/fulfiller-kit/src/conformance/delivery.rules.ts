import { AMPLE_TIMEOUT_MS, type Rule, assertDelivered, atBench } from './rule.js';

export const deliversWithReceipt: Rule = (harness) =>
  atBench(harness, AMPLE_TIMEOUT_MS, async (bench) => {
    await bench.fulfill();
    assertDelivered(harness, 1);
  });

/** A worker that lost its lease may have delivered before the next one begins. */
export const secondCallIsHarmless: Rule = (harness) =>
  atBench(harness, AMPLE_TIMEOUT_MS, async (bench) => {
    await bench.fulfill();
    await bench.fulfill();
    await bench.fulfill({ attempt: 2 });
    assertDelivered(harness, 1);
  });
