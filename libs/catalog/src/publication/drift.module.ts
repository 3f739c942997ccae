import { Module } from '@nestjs/common';
import { CatalogDatabase } from '../catalog.database.js';
import { CourseReader } from '../courses/course-reader.service.js';
import { CatalogDrift } from './drift.service.js';

/** The comparison of the catalog with the LMS. Expects MikroORM's root module and `LmsModule`. */
@Module({ providers: [CatalogDatabase, CourseReader, CatalogDrift], exports: [CatalogDrift] })
export class CatalogDriftModule {}
