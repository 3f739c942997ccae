import 'reflect-metadata';
import { MikroOrmModule } from '@mikro-orm/nestjs';
import { EntityManager } from '@mikro-orm/postgresql';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CatalogPublicationsModule, CourseReader, PublicationNotFoundError, Publications, type PublicationDetail } from '#catalog';
import { loadOpsConfig, mikroOrmOptions, type Environment } from '#config';
import { CommandError } from '../command-failure.js';
import { databaseTime } from '../database-time.js';
import { POOL_SIZE, closeContext } from '../ops.context.js';

/** More are asked for in parts, so that no answer grows with the command line. */
const COURSES_AT_ONCE = 500;

/** What the commands on publications work with. */
export interface PublicationsAtHand {
  readonly publications: Publications;
  /** Null: it was never to be published. */
  readonly find: (courseId: string) => Promise<PublicationDetail | null>;
  /** @throws {CommandError} that names what the catalog does not have. */
  readonly assertKnown: (courseIds: readonly string[]) => Promise<void>;
  /** By the database's clock. */
  readonly now: () => Promise<Date>;
}

/** Runs `work` with the publications at hand. Needs the database and nothing else: no token map, no API, no LMS. */
export async function withPublications<Result>(env: Environment, work: (atHand: PublicationsAtHand) => Promise<Result>): Promise<Result> {
  const { database } = loadOpsConfig(env);
  const orm = MikroOrmModule.forRoot({ ...mikroOrmOptions({ url: database.url, poolSize: POOL_SIZE }), registerRequestContext: false, autoLoadEntities: false });
  const app = await NestFactory.createApplicationContext({ module: class PublicationsOpsModule {}, imports: [orm, CatalogPublicationsModule] }, { logger: ['error', 'warn'], abortOnError: false });
  try {
    return await work(atHand(app));
  } finally {
    await closeContext(app);
  }
}

function atHand(app: INestApplicationContext): PublicationsAtHand {
  const publications = app.get(Publications);
  return {
    publications,
    find: (courseId) => publications.get(courseId).catch(nullIfNeverPublished),
    assertKnown: (courseIds) => assertKnown(app.get(CourseReader), courseIds),
    now: () => databaseTime(app.get(EntityManager)),
  };
}

function nullIfNeverPublished(error: unknown): null {
  if (error instanceof PublicationNotFoundError) return null;
  throw error;
}

async function assertKnown(courses: CourseReader, courseIds: readonly string[]): Promise<void> {
  const known = new Set<string>();
  for (let first = 0; first < courseIds.length; first += COURSES_AT_ONCE) {
    for (const { id } of await courses.byIds(courseIds.slice(first, first + COURSES_AT_ONCE))) known.add(id);
  }
  const unknown = courseIds.filter((id) => !known.has(id));
  if (unknown.length > 0) throw new CommandError(`The catalog does not have ${unknown.join(', ')}.`);
}
