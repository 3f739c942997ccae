export type { BreakerStatus } from './breaker.js';
export { DependencyLimits } from './dependency-limits.service.js';
export type { ChangedBy, DependencyChange } from './dependency-settings.js';
export type { DependencyState } from './dependency-view.js';
export type { BreakerKind, Leave, Refusal, Report, Traffic } from './leave.js';
export { LimitsModule } from './limits.module.js';
export type { BreakerOptions, LimitsOptions } from './limits.options.js';
export type { Pause } from './rules.js';
