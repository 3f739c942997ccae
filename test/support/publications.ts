import { randomUUID } from 'node:crypto';
import { MikroOrmModule } from '@mikro-orm/nestjs';
import { EntityManager } from '@mikro-orm/postgresql';
import { Module, type DynamicModule } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import pg from 'pg';
import { CatalogModule, CoursesService, PublicationDelivery, PublicationModule, Publications, type ModeDraft, type PublicationRetry, type PublicationWakeUp } from '#catalog';
import { mikroOrmOptions } from '#config';
import { DependencyLimits, LimitsModule } from '#limits';
import { CommerceClient } from '#lms';
import { isDatabaseAway } from '#orders';
import { PublicationClaims, type PublicationClaim } from '../../libs/catalog/src/publication/publication-claims.service.js';
import { createTestDatabase } from './postgres.js';
import { ScriptedLms } from './scripted-lms.js';

export const LEASE_MS = 60_000;
export const RETRY_IN_MS = 40_000;

/** The catalog and what publishes it, on a database of its own, before an LMS that plays a script. */
export interface PublicationsUnderTest {
  readonly courses: CoursesService;
  readonly publications: Publications;
  readonly claims: PublicationClaims;
  readonly delivery: PublicationDelivery;
  readonly limits: DependencyLimits;
  readonly lms: ScriptedLms;
  /** Every wake-up so far. */
  readonly woken: PublicationWakeUp[];
  readonly databaseUrl: string;
  readonly em: EntityManager;
  sql<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  /** A course with these modes that nobody else uses, waiting to be published. */
  course(modes?: readonly ModeDraft[]): Promise<string>;
  /** Writes the course anew, whatever its version is. */
  change(courseId: string, modes: readonly ModeDraft[]): Promise<void>;
  /** The publication's row. */
  row(courseId: string): Promise<Record<string, unknown>>;
  /** The attempts of a course, oldest first. */
  attempts(courseId: string): Promise<Record<string, unknown>[]>;
  /** A claim of a course that is due. */
  claimed(courseId: string, alone?: boolean): Promise<PublicationClaim>;
  /** Ends the lease of whoever holds the course. */
  lapse(courseId: string): Promise<unknown>;
  close(): Promise<void>;
}

export const AUDIT: ModeDraft = { mode: 'audit', priceMinor: 0, currency: 'USD' };
export const VERIFIED: ModeDraft = { mode: 'verified', priceMinor: 4_900, currency: 'USD' };

const DETAILS_CHECK = { knows: () => true, parseDetails: (_: string, details: unknown) => details };
const RETRY: PublicationRetry = ({ kind, retryAfterMs }) => ({ inMs: retryAfterMs ?? RETRY_IN_MS, costsAttempt: kind !== 'throttled' });

@Module({})
class Surroundings {}

function surroundings(lms: ScriptedLms): DynamicModule {
  const providers = [{ provide: CommerceClient, useValue: lms }, { provide: 'DETAILS_CHECK', useValue: DETAILS_CHECK }];
  return { module: Surroundings, global: true, providers, exports: [CommerceClient, 'DETAILS_CHECK'] };
}

export async function openPublications({ leaseMs = LEASE_MS, timeoutMs = 5_000, maxLostLeases = 3, retry = RETRY, breakerFailures = 0 } = {}): Promise<PublicationsUnderTest> {
  const database = await createTestDatabase();
  const [lms, woken] = [new ScriptedLms(), [] as PublicationWakeUp[]];
  const module = await Test.createTestingModule({
    imports: [
      MikroOrmModule.forRoot({ ...mikroOrmOptions({ url: database.url, poolSize: 20 }), registerRequestContext: false, autoLoadEntities: false }),
      surroundings(lms),
      LimitsModule.forRoot({ redisUrl: null, breaker: { failures: breakerFailures, openMs: 30_000 }, ratePerMinute: {} }),
      CatalogModule.forRoot({ detailsCheck: 'DETAILS_CHECK', wakePublications: { inject: [], useFactory: () => (due) => void woken.push(...due) } }),
      PublicationModule.forRoot({ leaseMs, timeoutMs, maxLostLeases, waitForLeaveMs: 0, retry, isDatabaseAway }),
    ],
  }).compile();
  module.useLogger(false);
  await module.init();
  const pool = new pg.Pool({ connectionString: database.url, max: 5 });
  pool.on('error', () => undefined);
  const sql: PublicationsUnderTest['sql'] = async (text, values = []) => (await pool.query(text, values)).rows as never;
  const [courses, claims] = [module.get(CoursesService), module.get(PublicationClaims, { strict: false })];
  const change: PublicationsUnderTest['change'] = async (id, modes) => {
    const course = await courses.find(id);
    await courses.put({ id, name: 'Biology One', modes }, { ifVersion: course?.version ?? 'new', actor: 'cleo', confirmRemoval: true });
  };
  return {
    courses,
    publications: module.get(Publications),
    claims,
    delivery: module.get(PublicationDelivery),
    limits: module.get(DependencyLimits),
    lms,
    woken,
    databaseUrl: database.url,
    em: module.get(EntityManager),
    sql,
    course: async (modes = [AUDIT, VERIFIED]) => {
      const id = `course-v1:AcmeX+${randomUUID().slice(0, 8)}+2026`;
      await change(id, modes);
      return id;
    },
    change,
    row: async (courseId) => (await sql(`select * from publication where course_id = $1`, [courseId]))[0] ?? {},
    attempts: (courseId) => sql(`select * from publication_attempt where course_id = $1 order by started_at`, [courseId]),
    claimed: async (courseId, alone = false) => {
      const claim = await claims.claim(courseId, alone);
      if (!claim) throw new Error('It was not claimed.');
      return claim;
    },
    lapse: (courseId) => sql(`update publication set lease_until = now() - interval '1 second' where course_id = $1`, [courseId]),
    close: async () => {
      await pool.end();
      await module.close();
      await database.drop();
    },
  };
}
