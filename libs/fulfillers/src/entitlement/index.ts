export { EntitlementFulfillerModule as default } from './entitlement.module.js';
