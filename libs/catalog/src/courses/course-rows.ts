import type { Course, CourseMode } from './course.js';
import type { CourseRow } from './course.statements.js';

/** Courses in the order of their rows, which stand together. */
export function coursesOf(rows: readonly CourseRow[]): Course[] {
  const courses = new Map<string, Course & { modes: CourseMode[] }>();
  for (const row of rows) {
    const { id, partner, name, verification_deadline: verificationDeadline, version, updated_at: updatedAt } = row;
    const course = courses.get(id) ?? { id, partner, name, verificationDeadline, version, updatedAt, modes: [] };
    courses.set(id, course);
    const mode = modeOf(row);
    if (mode) course.modes.push(mode);
  }
  return [...courses.values()];
}

function modeOf(row: CourseRow): CourseMode | undefined {
  const { product_id: productId, mode, sku, price_minor: priceMinor, currency } = row;
  if (productId === null || mode === null || sku === null || priceMinor === null || currency === null) return undefined;
  return {
    productId,
    mode,
    sku,
    priceMinor: Number(priceMinor),
    currency,
    availableFrom: row.available_from,
    expires: row.available_until,
    creditProvider: row.credit_provider,
    bulkSku: row.bulk_sku,
    androidSku: row.android_sku,
    iosSku: row.ios_sku,
  };
}
