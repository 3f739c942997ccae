import { type DynamicModule, Module } from '@nestjs/common';
import { z } from 'zod';
import type { ProcessorManifest, ProcessorRegistration } from '../contract/processor-module.js';
import { InvoiceProcessor } from './invoice.processor.js';

/** Sells now what is paid by invoice later. No options. */
@Module({})
export class InvoiceProcessorModule {
  static readonly manifest: ProcessorManifest<object> = { contractVersion: 1, name: 'invoice', kind: 'bypass', options: z.strictObject({}), secretOptions: [] };

  static register({ token }: ProcessorRegistration<object>): DynamicModule {
    return { module: InvoiceProcessorModule, providers: [{ provide: token, useClass: InvoiceProcessor }], exports: [token] };
  }
}
