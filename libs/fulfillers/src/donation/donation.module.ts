import { type DynamicModule, Module } from '@nestjs/common';
import type { FulfillerManifest, FulfillerRegistration } from '@order-fulfillment/fulfiller-kit';
import { DonationFulfiller } from './donation.fulfiller.js';

/** Delivers donations: an optional `purpose` as details, no options. */
@Module({})
export class DonationFulfillerModule {
  static readonly manifest: FulfillerManifest = { name: 'donation', contractVersion: 1, dependency: null };

  static register({ token }: FulfillerRegistration): DynamicModule {
    return { module: DonationFulfillerModule, providers: [{ provide: token, useClass: DonationFulfiller }], exports: [token] };
  }
}
