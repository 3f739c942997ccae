export { WebhookFulfillerModule as default } from './webhook.module.js';
