import { EnrollmentClient } from '#lms';
import { type DynamicModule, Module } from '@nestjs/common';
import type { FulfillerManifest, FulfillerRegistration } from '@order-fulfillment/fulfiller-kit';
import { EnrollmentFulfiller } from './enrollment.fulfiller.js';

/** Delivers seats: `details` as in `Seat`, no options. Needs the application to import `LmsModule`. */
@Module({})
export class EnrollmentFulfillerModule {
  static readonly manifest: FulfillerManifest = { name: 'enrollment', contractVersion: 1, dependency: 'lms', capabilities: { sharedAccess: true } };

  static register({ token, timeoutMs }: FulfillerRegistration): DynamicModule {
    return {
      module: EnrollmentFulfillerModule,
      providers: [{ provide: token, inject: [EnrollmentClient], useFactory: (client: EnrollmentClient) => new EnrollmentFulfiller(client, timeoutMs) }],
      exports: [token],
    };
  }
}
