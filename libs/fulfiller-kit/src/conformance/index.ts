export { describeFulfiller } from './describe-fulfiller.js';
export type * from './harness.js';
export { RULES, type NamedRule, type Topic } from './rules.js';
export type { Rule } from './rule.js';
export * from './stub-provider.js';
export type { TestRunner } from './test-runner.js';
