import type { DynamicModule } from '@nestjs/common';

/** What a provider's next call meets; `away`: every call, until it is mended. */
export const PROVIDER_FAULTS = ['refused', 'lost before', 'lost after', 'slow', 'away'] as const;
export type ProviderFault = (typeof PROVIDER_FAULTS)[number];

/** What is sold. */
export interface WorldProduct {
  readonly id: string;
  readonly sku: string;
  readonly priceMinor: number;
  readonly details: Readonly<Record<string, string>>;
  readonly soldOnce: boolean;
}

/** Whoever delivers what is sold. */
export interface WorldProvider {
  readonly products: readonly WorldProduct[];
  /** Null: it is in this process, and reached without a way. */
  readonly url: string | null;
  /** Provides and exports `FulfillerRegistry`, for a process that reaches the provider at this URL. */
  module(url: string | null, isAlive: () => boolean): DynamicModule;
  /** Forgets what it delivered, and works. */
  reset(): Promise<void>;
  /** Works; what it delivered stays, and nothing of it is on its way any more. */
  mend(): Promise<void>;
  fail(fault: ProviderFault): Promise<void>;
  /** Resolves when no call of a process that was killed can still arrive. */
  settled(): Promise<void>;
}
