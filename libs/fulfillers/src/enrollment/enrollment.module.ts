import { EnrollmentClient } from '#lms';
import { type DynamicModule, Module } from '@nestjs/common';
import { type FulfillerManifest, type FulfillerRegistration, parseOrFail } from '@order-fulfillment/fulfiller-kit';
import { z } from 'zod';
import { EnrollmentFulfiller } from './enrollment.fulfiller.js';

const OptionsSchema = z.strictObject({});

/** Delivers seats: `details` as in `Seat`, no options. Needs the application to import `LmsModule`. */
@Module({})
export class EnrollmentFulfillerModule {
  static readonly manifest: FulfillerManifest = { name: 'enrollment', contractVersion: 1, dependency: 'lms' };

  static register({ token, options, timeoutMs }: FulfillerRegistration): DynamicModule {
    parseOrFail(OptionsSchema, options, 'options of the enrollment fulfiller');
    return {
      module: EnrollmentFulfillerModule,
      providers: [{ provide: token, inject: [EnrollmentClient], useFactory: (client: EnrollmentClient) => new EnrollmentFulfiller(client, timeoutMs) }],
      exports: [token],
    };
  }
}
