export type { DueWork, DueWorkSource, WorkOrder } from './due-work/due-work.js';
export { HORIZON_MS, WakeUps, type WakeUp } from './due-work/wake-ups.js';
export { BUILT_IN_RETRY_OVERRIDES, retryRule, wrongPolicies, type RetryOverrides, type RetryPolicies } from './retry/retry-policies.js';
export { nextAttempt, type Retry, type RetryFacts, type RetryPolicy } from './retry/retry-policy.js';
export { SchedulerModule } from './scheduler.module.js';
export type { ProducerOptions, WorkerOptions } from './scheduler.options.js';
export { SchedulerStatus, type SchedulerState } from './scheduler.status.js';
