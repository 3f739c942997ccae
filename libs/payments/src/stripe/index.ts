export { StripeProcessorModule as default } from './stripe.module.js';
