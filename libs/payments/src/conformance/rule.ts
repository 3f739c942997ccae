import { Bench } from './bench.js';
import type { ProcessorHarness, ProcessorSettings, Scenario } from './harness.js';

/** One rule of the contract. Rejects with an `AssertionError` when the processor breaks it. The gateway must run. */
export type Rule = (harness: ProcessorHarness) => Promise<void>;

/** Time enough for any call that is answered. */
export const AMPLE_TIMEOUT_MS = 30_000;
/** Time enough to reach a gateway on this machine, and little enough to wait for. */
const SHORT_TIMEOUT_MS = 400;

/** Short where no answer comes, or none that ends. */
export function timeoutFor(scenario: Scenario): number {
  return scenario.startsWith('hang') || scenario === 'slowDrip' ? SHORT_TIMEOUT_MS : AMPLE_TIMEOUT_MS;
}

type Settings = Partial<ProcessorSettings>;

/** Runs `work` with a new processor, a new payment, and a gateway that behaves and remembers nothing. */
export async function atBench(harness: ProcessorHarness, work: (bench: Bench) => void | Promise<void>, settings: Settings = {}): Promise<void> {
  await harness.gateway.reset();
  const built = await harness.create({ timeoutMs: AMPLE_TIMEOUT_MS, trusts: 'the stand-in', ...settings });
  try {
    await work(new Bench(harness, built.processor));
  } finally {
    await built.close();
  }
}
