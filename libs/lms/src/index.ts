export * from './enrollment.client.js';
export * from './lms.errors.js';
export * from './lms.module.js';
export type { LmsCall } from './lms.client.js';
export type { LmsOptions } from './lms.options.js';
