import { type ProcessorHarness, canRespond } from './harness.js';
import { RULES } from './rules.js';

const RULE_TIMEOUT_MS = 60_000;

/** The four functions of Jest that the suite needs. */
export interface TestRunner {
  describe(title: string, body: () => void): unknown;
  it(title: string, body: () => Promise<void>, timeoutMs: number): unknown;
  beforeAll(body: () => unknown): unknown;
  afterAll(body: () => unknown): unknown;
}

/**
 * The conformance suite of gateways: call it in a test file of every processor. Each rule is a test; rules about faults that the stand-in has not are left
 * out, and the title says which faults. Starts the stand-in before the rules and stops it after them.
 */
export function describePaymentProcessor(name: string, harness: ProcessorHarness, runner: TestRunner = globalThis): void {
  const lacking = [...new Set(RULES.flatMap(({ needs }) => needs).filter((scenario) => !canRespond(harness, scenario)))];
  const without = lacking.length === 0 ? '' : ` (without the rules about ${lacking.join(', ')})`;
  runner.describe(`${name} keeps the contract of a payment processor${without}: it`, () => {
    runner.beforeAll(() => harness.gateway.start());
    runner.afterAll(() => harness.gateway.stop());
    const rules = RULES.filter(({ needs }) => needs.every((scenario) => canRespond(harness, scenario)));
    for (const { title, rule } of rules) runner.it(title, () => rule(harness), RULE_TIMEOUT_MS);
  });
}
