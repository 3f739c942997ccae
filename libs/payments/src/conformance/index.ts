export { describePaymentProcessor, type TestRunner } from './describe-payment-processor.js';
export * from './harness.js';
export type { Rule } from './rule.js';
export { RULES, type NamedRule } from './rules.js';
export * from './stub-gateway.js';
