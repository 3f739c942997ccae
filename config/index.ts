export type * from './configuration.js';
export * from './environment.js';
export * from './mikro-orm.js';
export * from './payment-processors.js';
export * from './product-types.js';
export * from './refunds.js';
export { Variables } from './variable-references.js';
