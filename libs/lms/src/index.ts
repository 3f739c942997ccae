export * from './commerce.client.js';
export { counterpartOf } from './commerce.counterpart.js';
export type { LmsCourse, LmsMode, UnreadableCourse } from './commerce.course.js';
export * from './enrollment.client.js';
export * from './lms.errors.js';
export * from './lms.module.js';
export { LmsTokens, type Token } from './lms.tokens.js';
export type { LmsCall } from './lms.request.js';
export type { LmsOptions } from './lms.options.js';
