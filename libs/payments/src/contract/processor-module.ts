import type { DynamicModule } from '@nestjs/common';
import type { z } from 'zod';

/** What a payment processor says of itself. */
export interface ProcessorManifest<Options = unknown> {
  /** The version of this contract. */
  readonly contractVersion: 1;
  /** Of lower-case letters, digits and dashes. */
  readonly name: string;
  /** `gateway`: a `PaymentProcessor`, whom a buyer pays. `bypass`: a `BypassProcessor`, and no money moves here. */
  readonly kind: 'gateway' | 'bypass';
  /** Reads the entry's options. */
  readonly options: z.ZodType<Options>;
  /** Names of options that are never shown. */
  readonly secretOptions: readonly string[];
}

export interface ProcessorRegistration<Options = unknown> {
  /** To be provided, and exported, under this token: the processor. */
  readonly token: symbol;
  /** Its name in the map. */
  readonly name: string;
  /** As `manifest.options` read them. */
  readonly options: Options;
  /** What one call may take, in milliseconds. */
  readonly timeoutMs: number;
}

/** The default export of a processor's module: a dynamic module. */
export interface ProcessorModule<Options = unknown> {
  readonly manifest: ProcessorManifest<Options>;
  register(registration: ProcessorRegistration<Options>): DynamicModule;
}
