export { PayPalProcessorModule as default } from './paypal.module.js';
