import { Inject, Injectable } from '@nestjs/common';
import { type Entitlement, readEntitlement, readEntitlementPage } from './entitlement.reading.js';
import { LmsCredentialsMissingError, LmsRefusedError, LmsTokenRefusedError } from './lms.errors.js';
import { LMS_OPTIONS, type LmsOptions } from './lms.options.js';
import type { LmsCall, LmsRequest } from './lms.request.js';
import { LmsSession } from './lms.session.js';
import { unreadable } from './lms.unanswered.js';

const ENTITLEMENTS = '/api/entitlements/v1/entitlements/';
/** The LMS shows no more on one page. */
const PAGE_SIZE = 100;
/** 1,000 entitlements of one learner are far more than people buy. */
const MOST_PAGES = 10;

/** The LMS keeps one entitlement for each order number and course, expired ones included. */
export interface EntitlementKey {
  readonly username: string;
  /** In lower case. */
  readonly courseUuid: string;
  readonly orderNumber: string;
}

export interface NewEntitlement extends EntitlementKey {
  readonly mode: string;
}

/**
 * The LMS's entitlements: courses bought without a run. They are given by a user of the LMS, so every call needs the OAuth application.
 *
 * A call ends in a `LmsRefusedError` or a `LmsUnansweredError` when it does not succeed, and in a `LmsCredentialsMissingError` before anything is
 * called when there is no OAuth application. `timeoutMs` bounds all of it, getting a token and every page included.
 */
@Injectable()
export class EntitlementClient {
  constructor(
    private readonly session: LmsSession,
    @Inject(LMS_OPTIONS) private readonly options: LmsOptions,
  ) {}

  /** Gives one. Not to be repeated: when the order has one of this course, expired or not, the LMS answers 400. */
  async create(wanted: NewEntitlement, call: LmsCall): Promise<Entitlement> {
    const { username: user, courseUuid: course_uuid, mode, orderNumber: order_number } = wanted;
    // Nobody was asked for a consent to e-mails of the course's owner.
    const body = { user, course_uuid, mode, order_number, email_opt_in: false };
    const entitlement = readEntitlement(await this.send({ method: 'POST', path: ENTITLEMENTS, body }, call));
    if (isOf(wanted, entitlement) && entitlement.mode === mode && !entitlement.isExpired) return entitlement;
    throw unreadable('The LMS answered that it is done, with an entitlement other than the one that was asked for.');
  }

  /** The one of this order and course, expired or not; null when there never was one. */
  async find(key: EntitlementKey, call: LmsCall): Promise<Entitlement | null> {
    const endsAt = performance.now() + call.timeoutMs;
    for (let page = 1; page <= MOST_PAGES; page += 1) {
      const query = new URLSearchParams({ user: key.username, page_size: String(PAGE_SIZE), page: String(page) });
      const rest = { ...call, timeoutMs: Math.max(1, endsAt - performance.now()) };
      // The page's own link to the next one is not followed: it may lead anywhere, and the token would go with it.
      const { entitlements, isLast } = readEntitlementPage(await this.send({ method: 'GET', path: `${ENTITLEMENTS}?${query.toString()}` }, rest));
      const found = entitlements.find((entitlement) => isOf(key, entitlement));
      if (found !== undefined || isLast) return found ?? null;
    }
    throw unreadable(`The LMS lists more than ${MOST_PAGES * PAGE_SIZE} entitlements of the learner, and no more are read.`);
  }

  /** Takes one back: it expires, and the learner is unenrolled from the run that he chose. No error when it has expired, or is not there. */
  async expire(uuid: string, call: LmsCall): Promise<void> {
    const text = await this.send({ method: 'DELETE', path: `${ENTITLEMENTS}${encodeURIComponent(uuid)}/` }, call).catch(nothingIfGone);
    if (text !== '') throw unreadable('The LMS answered that the entitlement is taken back, with a body that should not be there.');
  }

  private async send(request: LmsRequest, call: LmsCall): Promise<string> {
    if (!this.options.oauth) throw new LmsCredentialsMissingError('An entitlement');
    return this.session.send(request, call);
  }
}

/** Case counts for nothing in a name: the LMS's database may compare so, and then answers with its own spelling. */
function isOf({ username, courseUuid, orderNumber }: EntitlementKey, entitlement: Entitlement): boolean {
  if (entitlement.orderNumber !== orderNumber || entitlement.courseUuid !== courseUuid) return false;
  return entitlement.username.toLowerCase() === username.toLowerCase();
}

/** Only in the LMS's own way of saying so: a page, or nothing, comes from an address at which there are no entitlements. */
function nothingIfGone(error: unknown): string {
  const isGone = error instanceof LmsRefusedError && !(error instanceof LmsTokenRefusedError) && error.httpStatus === 404 && error.hasDetail;
  if (!isGone) throw error;
  return '';
}
