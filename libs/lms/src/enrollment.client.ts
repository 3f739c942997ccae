import { Injectable } from '@nestjs/common';
import { readJson } from './answer.js';
import { LmsClient } from './lms.client.js';
import { LmsRefusedError } from './lms.errors.js';
import type { LmsCall } from './lms.request.js';
import { unreadable } from './lms.unanswered.js';

/** Without a trailing slash: the LMS knows no other. */
const PATH = '/api/enrollment/v1/enrollment';
const SOURCE_SYSTEM = 'order-fulfillment';
/** The LMS's words when a learner who shall be unenrolled holds another mode by now. */
const MODE_MISMATCH = 'Enrollment mode mismatch';

/** Whose enrollment, in which course run. */
export interface EnrollmentKey {
  readonly username: string;
  readonly courseId: string;
}

export interface EnrollmentSeat extends EnrollmentKey {
  readonly mode: string;
  /** Who grants the credit. The LMS asks for it when the mode is `credit`. */
  readonly creditProvider?: string | undefined;
}

/** What the LMS keeps with the enrollment, so that a refund finds the line again. It replaces what was kept before. */
export interface EnrollmentOrder {
  readonly number: string;
  readonly id: string;
  readonly lineItemId: string;
  readonly placedAt: Date;
  /** The learner's network address: the LMS judges an embargo by it. */
  readonly learnerAddress: string | null;
}

export interface Enrollment {
  readonly mode: string;
  readonly isActive: boolean;
}

/**
 * The LMS's Enrollment API, version 1. The LMS keeps one enrollment a learner and course run.
 *
 * Every call leaves once. It ends in a `LmsRefusedError` or a `LmsUnansweredError` when it does not succeed.
 */
@Injectable()
export class EnrollmentClient {
  constructor(private readonly lms: LmsClient) {}

  /** Enrolls the learner, or moves his enrollment to this mode, up or down. */
  async enroll(seat: EnrollmentSeat, order: EnrollmentOrder, call: LmsCall): Promise<Enrollment> {
    const body = { ...requestBody(seat, true), enrollment_attributes: attributes(seat, order) };
    const text = await this.lms.send({ method: 'POST', path: PATH, body, forwardedFor: order.learnerAddress }, call);
    return readChange(text, seat, true);
  }

  /** Unenrolls the learner from this mode. A learner who holds another mode by now keeps it, and that is no error. */
  async deactivate(seat: EnrollmentSeat, call: LmsCall): Promise<void> {
    try {
      readChange(await this.lms.send({ method: 'POST', path: PATH, body: requestBody(seat, false) }, call), seat, false);
    } catch (error) {
      const isMismatch = error instanceof LmsRefusedError && error.httpStatus === 400 && error.words.includes(MODE_MISMATCH);
      if (!isMismatch) throw error;
    }
  }

  /** The enrollment as it stands, or null when there never was one. */
  async find(key: EnrollmentKey, call: LmsCall): Promise<Enrollment | null> {
    const path = `${PATH}/${encodeURIComponent(key.username)},${encodeURIComponent(key.courseId)}`;
    const text = (await this.lms.send({ method: 'GET', path }, call)).trim();
    return text === '' || text === 'null' ? null : readEnrollment(text, key);
  }
}

function requestBody({ username, courseId, mode }: EnrollmentSeat, isActive: boolean): object {
  return { user: username, mode, is_active: isActive, course_details: { course_id: courseId } };
}

function attributes({ creditProvider }: EnrollmentSeat, order: EnrollmentOrder): object[] {
  const list = [
    attribute('order', 'order_number', order.number),
    attribute('order', 'date_placed', `${order.placedAt.toISOString().slice(0, 19)}Z`),
    attribute('order', 'order_id', order.id),
    attribute('order', 'line_item_id', order.lineItemId),
    attribute('order', 'source_system', SOURCE_SYSTEM),
  ];
  if (creditProvider !== undefined) list.push(attribute('credit', 'provider_id', creditProvider));
  return list;
}

function attribute(namespace: string, name: string, value: string) {
  return { namespace, name, value };
}

function readChange(text: string, seat: EnrollmentSeat, isActive: boolean): Enrollment {
  const enrollment = readEnrollment(text, seat);
  if (enrollment.mode === seat.mode && enrollment.isActive === isActive) return enrollment;
  throw unreadable('The LMS answered 200 with an enrollment other than the one that was asked for.');
}

function readEnrollment(text: string, key: EnrollmentKey): Enrollment {
  const json = readJson(text);
  if (typeof json !== 'object' || json === null) throw unreadable('The LMS answered 200 with a body that is no enrollment.');
  const { mode, is_active: isActive, user, course_details: course }: WireEnrollment = json;
  if (typeof mode !== 'string' || typeof isActive !== 'boolean') throw unreadable('The LMS answered 200 with a body that is no enrollment.');
  if (differs(user, key.username) || differs(course?.course_id, key.courseId)) {
    throw unreadable('The LMS answered 200 with the enrollment of another learner or course run.');
  }
  return { mode, isActive };
}

interface WireEnrollment {
  readonly mode?: unknown;
  readonly is_active?: unknown;
  readonly user?: unknown;
  readonly course_details?: { readonly course_id?: unknown } | null;
}

/** Case counts for nothing: the LMS's database may compare names so, and then answers with its own spelling. */
function differs(answered: unknown, asked: string): boolean {
  return typeof answered === 'string' && answered.toLowerCase() !== asked.toLowerCase();
}
