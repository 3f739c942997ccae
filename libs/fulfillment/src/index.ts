export { FulfillerRegistryModule, type RegistryOptions } from './fulfiller-registry.module.js';
export { FulfillerRegistry, type WiredProductType } from './fulfiller.registry.js';
export { FulfillmentModule, LeaseTooShortError, type FulfillmentModuleOptions } from './fulfillment.module.js';
export { FulfillmentService } from './fulfillment.service.js';
export { OrderEventHandler, type ReturnScope } from './order-event.handler.js';
export type { ProductTypeEntry, TokenMap } from './product-type.js';
export { WiringError } from './wiring.error.js';
