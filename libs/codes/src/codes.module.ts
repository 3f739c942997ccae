import { Module } from '@nestjs/common';
import { CodeBook } from './code-book.service.js';
import { CodesDatabase } from './codes.database.js';

/** Owns enrollment codes. Expects MikroORM's `EntityManager` to be injectable. */
@Module({ providers: [CodesDatabase, CodeBook], exports: [CodeBook] })
export class CodesModule {}
