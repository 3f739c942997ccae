import type { Course, CourseDraft, CourseMode } from '#catalog';
import type { CourseBody } from './courses.schema.js';
import { dateOf } from './money.schema.js';

export function courseView({ id, partner, name, verificationDeadline, version, updatedAt, modes }: Course) {
  return { id, partner, name, verificationDeadline: verificationDeadline?.toISOString() ?? null, version, updatedAt: updatedAt.toISOString(), modes: modes.map(modeView) };
}

function modeView({ mode, productId, sku, priceMinor, currency, availableFrom, expires, creditProvider, bulkSku, androidSku, iosSku }: CourseMode) {
  return {
    mode,
    productId,
    sku,
    priceMinor,
    currency,
    availableFrom: availableFrom?.toISOString() ?? null,
    expires: expires?.toISOString() ?? null,
    creditProvider,
    bulkSku,
    androidSku,
    iosSku,
  };
}

/** What a request asks a course to become. */
export function courseDraft(id: string, { verificationDeadline, modes, ...course }: CourseBody): CourseDraft {
  return {
    id,
    ...course,
    verificationDeadline: dateOf(verificationDeadline),
    modes: modes.map(({ availableFrom, expires, ...mode }) => ({ ...mode, availableFrom: dateOf(availableFrom), expires: dateOf(expires) })),
  };
}
