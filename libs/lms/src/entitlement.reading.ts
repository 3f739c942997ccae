import { z } from 'zod';
import { readJson } from './answer.js';
import { unreadable } from './lms.unanswered.js';

/** What the LMS gives for a course that was bought without a run: the learner chooses one later. */
export interface Entitlement {
  readonly uuid: string;
  readonly username: string;
  /** In lower case. */
  readonly courseUuid: string;
  readonly mode: string;
  /** Null where it came by no order. */
  readonly orderNumber: string | null;
  /** Whether it has run out, or was taken back. The LMS keeps such ones. */
  readonly isExpired: boolean;
}

const WireEntitlement = z
  .object({ uuid: z.uuid(), user: z.string(), course_uuid: z.string().toLowerCase(), mode: z.string(), order_number: z.string().nullish(), expired_at: z.string().nullish() })
  .transform((wire): Entitlement => ({
    uuid: wire.uuid,
    username: wire.user,
    courseUuid: wire.course_uuid,
    mode: wire.mode,
    orderNumber: wire.order_number ?? null,
    isExpired: typeof wire.expired_at === 'string',
  }));
const WirePage = z.object({ next: z.string().nullable(), results: z.array(WireEntitlement) });

/** Reads an answer about one. @throws {LmsUnansweredError} when it is about none. */
export function readEntitlement(text: string): Entitlement {
  const { data } = WireEntitlement.safeParse(readJson(text));
  if (data === undefined) throw unreadable('The LMS answered that it is done, with a body that is no entitlement.');
  return data;
}

/** Reads a page of the list. @throws {LmsUnansweredError} when it is none. */
export function readEntitlementPage(text: string): { entitlements: readonly Entitlement[]; isLast: boolean } {
  const { data } = WirePage.safeParse(readJson(text));
  if (data === undefined) throw unreadable('The LMS answered 200 with a body that is no list of entitlements.');
  return { entitlements: data.results, isLast: data.next === null };
}
