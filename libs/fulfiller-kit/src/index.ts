export * from './failures.js';
export * from './fulfiller.js';
export * from './fulfiller-module.js';
export * from './parse-or-fail.js';
