export { SchemaOutdatedError, bootSentence } from './boot-error.js';
export { CodeBookModule } from './code-book.module.js';
export { deliveryModules, type Delivery, type DeliverySettings } from './delivery.modules.js';
export { paymentProcessorsModule } from './payment-processors.js';
export { publicationModule } from './publication.modules.js';
export { readTokenMap } from './token-map.js';
