import { MikroOrmModule } from '@mikro-orm/nestjs';
import { Test, type TestingModule } from '@nestjs/testing';
import type { Fulfiller } from '@order-fulfillment/fulfiller-kit';
import { CodeBook } from '#codes';
import { CodeBookModule } from '#composition';
import { mikroOrmOptions } from '#config';
import EnrollmentCodeFulfillerModule from '#fulfillers/enrollment-code';

export const BOOK_POOL_SIZE = 20;

/** Closing the module closes it all. */
export interface BookUnderTest {
  readonly module: TestingModule;
  readonly codes: CodeBook;
  readonly fulfiller: Fulfiller;
}

/** The fulfiller of enrollment codes and its book, bound as in the service. Its codes are good for 30 days. */
export async function openBook(url: string, driverOptions: object = {}): Promise<BookUnderTest> {
  const token = Symbol('enrollment-code');
  const options = mikroOrmOptions({ url, poolSize: BOOK_POOL_SIZE });
  const orm = MikroOrmModule.forRoot({ ...options, driverOptions: { ...options.driverOptions, ...driverOptions }, registerRequestContext: false, autoLoadEntities: false });
  const plugin = EnrollmentCodeFulfillerModule.register({ token, productType: 'enrollment-code', options: { validDays: 30 }, timeoutMs: 1_000 });
  const module = await Test.createTestingModule({ imports: [orm, CodeBookModule.forRoot(), plugin] }).compile();
  await module.init();
  return { module, codes: module.get(CodeBook), fulfiller: module.get<Fulfiller>(token, { strict: false }) };
}
