import { Global, Module, type DynamicModule } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { Fulfiller } from '@order-fulfillment/fulfiller-kit';
import { type FulfillerUnderTest, describeFulfiller } from '@order-fulfillment/fulfiller-kit/conformance';
import { FakeCodeBook } from './code-book.fake.js';
import EnrollmentCodeFulfillerModule, { CODE_BOOK } from './index.js';

@Global()
@Module({ providers: [{ provide: CODE_BOOK, useClass: FakeCodeBook }], exports: [CODE_BOOK] })
class BookModule {}

async function create(): Promise<FulfillerUnderTest> {
  const token = Symbol('enrollment-code');
  const plugin: DynamicModule = EnrollmentCodeFulfillerModule.register({ token, productType: 'enrollment-code', options: { validDays: 30 }, timeoutMs: 1_000 });
  const app = await Test.createTestingModule({ imports: [BookModule, plugin] }).compile();
  return { fulfiller: app.get<Fulfiller>(token, { strict: false }), close: () => app.close() };
}

const goodDetails = { courseId: 'course-v1:AcmeX+BIO1+2026', mode: 'verified' };

describeFulfiller('enrollment-code', {
  create,
  manifest: EnrollmentCodeFulfillerModule.manifest,
  provider: null,
  secrets: [],
  goodDetails,
  badDetails: [
    { pointer: '/courseId', details: { mode: 'verified' } },
    { pointer: '/courseId', details: { ...goodDetails, courseId: 'course-v1:AcmeX BIO1' } },
    { pointer: '/courseId', details: { ...goodDetails, courseId: 'x'.repeat(256) } },
    { pointer: '/mode', details: { courseId: goodDetails.courseId } },
    { pointer: '/mode', details: { ...goodDetails, mode: 'Verified' } },
    { pointer: '', details: { ...goodDetails, quantity: 7 } },
  ],
});
