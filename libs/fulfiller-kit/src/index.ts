export * from './failures.js';
export * from './fulfiller.js';
export * from './fulfiller-module.js';
export * from './manifest-problem.js';
export * from './parse-or-fail.js';
export * from './retry-after.js';
export * from './standard-webhooks.js';
