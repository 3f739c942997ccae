export { InvoiceProcessorModule as default } from './invoice.module.js';
