import { Module } from '@nestjs/common';
import { CatalogDatabase } from '../catalog.database.js';
import { CourseReader } from '../courses/course-reader.service.js';
import { NOBODY_WAKES, WAKE_PUBLICATIONS } from './publication.ports.js';
import { PublicationWakeUps } from './publication-wake-ups.service.js';
import { Publications } from './publications.service.js';

/** The list of publications for a program that does nothing else with the catalog: what it asks for is found by a worker's sweep. Expects MikroORM's root module. */
@Module({ providers: [CatalogDatabase, CourseReader, { provide: WAKE_PUBLICATIONS, ...NOBODY_WAKES }, PublicationWakeUps, Publications], exports: [Publications, CourseReader] })
export class CatalogPublicationsModule {}
