import { Module, type DynamicModule } from '@nestjs/common';
import { CatalogDatabase } from '../catalog.database.js';
import { CourseReader } from '../courses/course-reader.service.js';
import { CoursePublishing } from './course-publishing.service.js';
import { PublicationAttempts } from './publication-attempts.service.js';
import { PublicationClaims } from './publication-claims.service.js';
import { PublicationDelivery } from './publication-delivery.service.js';
import { PublicationGate } from './publication-gate.service.js';
import { PublicationSettling } from './publication-settling.service.js';
import { PUBLICATION_OPTIONS, assertLongEnough, type PublicationOptions } from './publication.options.js';
import { IS_DATABASE_AWAY, PUBLICATION_RETRY, type IsDatabaseAway, type PublicationRetry } from './publication.ports.js';

export interface PublicationModuleOptions extends Omit<PublicationOptions, 'waitForLeaveMs'> {
  readonly waitForLeaveMs?: number;
  /** When a publication that failed in passing is tried again. */
  readonly retry: PublicationRetry;
  /** What came of a publication is written again after errors of which this is true. */
  readonly isDatabaseAway: IsDatabaseAway;
}

const WAIT_FOR_LEAVE_MS = 5_000;

/** What tells the LMS of the catalog: for the program that works due work off. Expects `CatalogModule`, `LmsModule` and `LimitsModule` to be there. */
@Module({})
export class PublicationModule {
  /** @throws {PublicationLeaseTooShortError} */
  static forRoot({ retry, isDatabaseAway, waitForLeaveMs = WAIT_FOR_LEAVE_MS, ...options }: PublicationModuleOptions): DynamicModule {
    assertLongEnough(options);
    return {
      module: PublicationModule,
      global: true,
      providers: [
        { provide: PUBLICATION_OPTIONS, useValue: { ...options, waitForLeaveMs } satisfies PublicationOptions },
        { provide: PUBLICATION_RETRY, useValue: retry },
        { provide: IS_DATABASE_AWAY, useValue: isDatabaseAway },
        ...[CatalogDatabase, CourseReader, PublicationClaims, PublicationGate, CoursePublishing, PublicationAttempts, PublicationSettling, PublicationDelivery],
      ],
      exports: [PublicationDelivery],
    };
  }
}
