import { type DynamicModule, Module } from '@nestjs/common';
import type { FulfillerManifest, FulfillerRegistration } from '@order-fulfillment/fulfiller-kit';
import { CODE_BOOK, type CodeBook } from './code-book.js';
import { EnrollmentCodeFulfiller } from './enrollment-code.fulfiller.js';
import { EnrollmentCodeOptions } from './enrollment-code.js';

/** Delivers enrollment codes: `details` as in `EnrollmentCodeDetails`, options as in `EnrollmentCodeOptions`. Needs the application to provide `CODE_BOOK`. */
@Module({})
export class EnrollmentCodeFulfillerModule {
  static readonly manifest: FulfillerManifest = { name: 'enrollment-code', contractVersion: 1, dependency: null, options: EnrollmentCodeOptions };

  static register({ token, options }: FulfillerRegistration<EnrollmentCodeOptions>): DynamicModule {
    return {
      module: EnrollmentCodeFulfillerModule,
      providers: [{ provide: token, inject: [CODE_BOOK], useFactory: (book: CodeBook) => new EnrollmentCodeFulfiller(book, options) }],
      exports: [token],
    };
  }
}
