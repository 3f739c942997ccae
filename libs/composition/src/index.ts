export { SchemaOutdatedError, bootSentence } from './boot-error.js';
export { deliveryModules, type DeliverySettings } from './delivery.modules.js';
export { publicationModule } from './publication.modules.js';
