import { type DynamicModule, Module } from '@nestjs/common';
import { z } from 'zod';
import type { ProcessorManifest, ProcessorRegistration } from '../contract/processor-module.js';
import { FreeProcessor } from './free.processor.js';

/** Gives away what costs nothing. No options. */
@Module({})
export class FreeProcessorModule {
  static readonly manifest: ProcessorManifest<object> = { contractVersion: 1, name: 'free', kind: 'bypass', options: z.strictObject({}), secretOptions: [] };

  static register({ token }: ProcessorRegistration<object>): DynamicModule {
    return { module: FreeProcessorModule, providers: [{ provide: token, useClass: FreeProcessor }], exports: [token] };
  }
}
