import { EntitlementClient } from '#lms';
import { type DynamicModule, Module } from '@nestjs/common';
import type { FulfillerManifest, FulfillerRegistration } from '@order-fulfillment/fulfiller-kit';
import { EntitlementFulfiller } from './entitlement.fulfiller.js';

/**
 * Delivers entitlements: `details` as in `EntitledCourse`, no options. Needs the application to import `LmsModule`, and its LMS an OAuth application.
 *
 * A provider of its own: entitlements are called with that application and enrollments with the API key, so that the one may be refused while the other
 * is not.
 */
@Module({})
export class EntitlementFulfillerModule {
  static readonly manifest: FulfillerManifest = { name: 'entitlement', contractVersion: 1, dependency: 'lms-entitlements' };

  static register({ token, timeoutMs }: FulfillerRegistration): DynamicModule {
    return {
      module: EntitlementFulfillerModule,
      providers: [{ provide: token, inject: [EntitlementClient], useFactory: (client: EntitlementClient) => new EntitlementFulfiller(client, timeoutMs) }],
      exports: [token],
    };
  }
}
