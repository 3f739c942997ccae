export { Dependencies, type DependencyState, type DependencyStates } from './dependencies.js';
export { errorFields } from './error-fields.js';
export { endOnUncaughtErrors } from './last-words.js';
export { NestLogger, createLogger } from './logger.js';
export type { BacklogFacts, DeliveryFacts, DependencyFacts, WakeupFacts } from './metrics/facts.js';
export { Metrics } from './metrics/metrics.js';
export { startSideServer, type SideServer, type SideServerOptions } from './side-server.js';
