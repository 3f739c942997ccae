import { type DynamicModule, Module } from '@nestjs/common';
import { type FulfillerManifest, type FulfillerRegistration, parseOrFail } from '@order-fulfillment/fulfiller-kit';
import { z } from 'zod';
import { DonationFulfiller } from './donation.fulfiller.js';

const OptionsSchema = z.strictObject({});

/** Delivers donations: an optional `purpose` as details, no options. */
@Module({})
export class DonationFulfillerModule {
  static readonly manifest: FulfillerManifest = { name: 'donation', contractVersion: 1, dependency: null };

  static register({ token, options }: FulfillerRegistration): DynamicModule {
    parseOrFail(OptionsSchema, options, 'options of the donation fulfiller');
    return { module: DonationFulfillerModule, providers: [{ provide: token, useClass: DonationFulfiller }], exports: [token] };
  }
}
