export { FreeProcessorModule as default } from './free.module.js';
