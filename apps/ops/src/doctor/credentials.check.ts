import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { EnrollmentClient, LmsModule, LmsRefusedError, LmsUnansweredError, type LmsOptions } from '#lms';
import { fail, ok, skipped, warn, type Finding } from './check.js';

/** Nobody is called so, and no course either: the LMS answers that there is no such enrollment. */
const NOBODY = { username: 'order-fulfillment-doctor', courseId: 'course-v1:OrderFulfillment+Doctor+None' };

const NOT_TAKEN = "Set LMS_API_KEY to the LMS's EDX_API_KEY. Deliveries fail with \"configuration\" until then.";

/** Reads an enrollment that does not exist, by the client that deliveries use. @throws {LmsRefusedError | LmsUnansweredError} */
export async function readNoEnrollment(options: LmsOptions, timeoutMs: number): Promise<void> {
  const module = { module: class CredentialsModule {}, imports: [LmsModule.forRoot(options)] };
  const app = await NestFactory.createApplicationContext(module, { logger: false, abortOnError: false });
  try {
    await app.get(EnrollmentClient).find(NOBODY, { timeoutMs, signal: new AbortController().signal });
  } finally {
    await app.close();
  }
}

/** Whether the LMS takes our key (its answers: Enrollment API v1, GET of one enrollment). */
export async function credentialsCheck(read: () => Promise<void>): Promise<Finding> {
  try {
    await read();
    return ok('The LMS takes our key.');
  } catch (error) {
    if (error instanceof LmsRefusedError) return refused(error);
    if (!(error instanceof LmsUnansweredError)) throw error;
    if (error.end === 'unreadable') return fail('What answers at LMS_URL is no Enrollment API.', 'Set LMS_URL to the LMS itself, with its path prefix if it has one.');
    return skipped('the LMS gives no answer');
  }
}

function refused({ httpStatus, message }: LmsRefusedError): Finding {
  if (httpStatus === 401 || httpStatus === 403) return fail(`The LMS does not take our key: ${message}.`, NOT_TAKEN);
  if (httpStatus === 404) return fail('The LMS answers 404: it has no Enrollment API at LMS_URL, or does not let our key act for learners.', `Set LMS_URL to the LMS itself, with its path prefix if it has one. ${NOT_TAKEN}`);
  // Looked at after the key: the LMS fell over the course that does not exist.
  if (httpStatus === 400) return ok('The LMS takes our key.');
  if (httpStatus === 429) return warn('The LMS answers 429: too many calls.', 'A valid key is not throttled by the LMS itself: ask who runs what stands before it, and set LMS_RATE_PER_MINUTE below its limit.');
  if (httpStatus >= 500) return skipped(`the LMS answers ${httpStatus}`);
  return fail(`${message}.`, 'LMS_URL leads to something else, or to a redirect, and redirects are never followed: set it to the LMS itself.');
}
