import { z } from 'zod';
import { readJson } from './answer.js';
import type { LmsCourse, LmsMode } from './commerce.course.js';
import { unreadable } from './lms.unanswered.js';

const instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text)).nullish();
const sku = z.string().nullish();

const WireMode = z.object({
  name: z.string().min(1),
  price: z.int(),
  currency: z.string().min(1).toUpperCase(),
  sku,
  bulk_sku: sku,
  expires: instant,
  android_sku: sku,
  ios_sku: sku,
});
// The LMS has no name for a course that it has modes for and does not know.
const WireCourse = z.object({ id: z.string().min(1), name: z.string().nullish(), verification_deadline: instant, modes: z.array(WireMode) });

/** A course as the LMS writes it, read. */
export type WireCourse = z.output<typeof WireCourse>;
type WireMode = z.output<typeof WireMode>;

/** Reads an element of the list. */
export function readListed(element: unknown): z.ZodSafeParseResult<WireCourse> {
  return WireCourse.safeParse(element);
}

/** Reads the answer about one course. @throws {LmsUnansweredError} when it is about none, or another. */
export function readAnswer(text: string, courseId: string): WireCourse {
  const { data } = WireCourse.safeParse(readJson(text));
  if (data === undefined) throw unreadable('The LMS answered 200 with a body that is no course.');
  if (data.id !== courseId) throw unreadable('The LMS answered 200 with another course.');
  return data;
}

export function courseOf({ id, name, verification_deadline: deadline, modes }: WireCourse): LmsCourse {
  return { id, name: name ?? '', verificationDeadline: deadline ?? null, modes: modes.map(modeOf) };
}

function modeOf({ name, price, currency, ...wire }: WireMode): LmsMode {
  return {
    slug: name,
    price,
    currency,
    sku: skuOf(wire.sku),
    bulkSku: skuOf(wire.bulk_sku),
    expires: wire.expires ?? null,
    androidSku: mobileSkuOf(wire.android_sku),
    iosSku: mobileSkuOf(wire.ios_sku),
  };
}

function mobileSkuOf(text: string | null | undefined): string | null | undefined {
  return text === undefined ? undefined : skuOf(text);
}

/** The LMS's own forms store an empty field as ''. */
function skuOf(text: string | null | undefined): string | null {
  return text === undefined || text === '' ? null : text;
}
