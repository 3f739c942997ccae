import { z } from 'zod';
import type { Cells } from './columns.js';
import type { ImportSource, SourcePart } from './import-source.js';
import { OttoCourse, currencyOf, priceOf, textOf, type OttoPage } from './otto.course.js';
import { seatsOf, type OttoSeat } from './otto-seats.js';
import { PartBuilder } from './part-builder.js';
import { ImportStoppedError } from './row-problems.js';

/** Who reads Otto's pages. */
export interface OttoPages {
  readonly pageSize: number;
  /** @param page counted from 1. Null: there is no such page (any more). @throws {ImportStoppedError} */
  page(page: number): Promise<OttoPage | null>;
}

export interface OttoOrigin {
  readonly url: string;
  /** The partner's id in Otto's database, or null: needed only where Otto does not tell a SKU. */
  readonly partnerId: number | null;
}

/** How far Otto is read: the next page, the last row, and how many courses of how many. */
const Position = z.object({ page: z.int(), line: z.int(), courses: z.int(), count: z.int() });
type Position = z.infer<typeof Position>;

const MISSING = 'courses that Otto counts and did not show: it changed while it was read, so import again later';

/**
 * The courses of openedx/ecommerce, page by page, with the SKUs that they have there.
 *
 * Otto's pages shift when courses come and go meanwhile: one that comes again counts as it is later, and one that was missed is counted.
 */
export class OttoSource implements ImportSource {
  readonly kind = 'otto';
  readonly subject = 'Otto';
  readonly repeats = true;
  readonly origin: string;

  constructor(
    private readonly pages: OttoPages,
    private readonly from: OttoOrigin,
  ) {
    // A read that broke off goes on only where all rows are made in the same way, page by page of the same size.
    this.origin = `${from.url}${from.partnerId === null ? '' : `, partner id ${from.partnerId}`}, pages of ${pages.pageSize}`;
  }

  async *read(from: string | null): AsyncGenerator<SourcePart> {
    let at: Position = from === null ? { page: 1, line: 0, courses: 0, count: 0 } : Position.parse(JSON.parse(from));
    for (;;) {
      const page = await this.pages.page(at.page);
      const part = new PartBuilder(at.line);
      for (const raw of page?.results ?? []) this.addCourse(part, raw);
      const courses = at.courses + (page?.results.length ?? 0);
      const count = page?.count ?? at.count;
      const isLast = !page?.next;
      if (page && !isLast) assertEnds(page, courses, this.pages.pageSize);
      if (isLast && courses < count) part.skip(MISSING, count - courses);
      // Whoever goes on after the last page finds none, and nothing that is missing a second time.
      at = { page: at.page + 1, line: part.lastLine, courses, count: isLast ? courses : count };
      yield part.take(JSON.stringify(at), isLast ? 1 : courses / Math.max(count, 1));
      if (isLast) return;
    }
  }

  private addCourse(part: PartBuilder, raw: unknown): void {
    const reading = OttoCourse.safeParse(raw);
    if (!reading.success) {
      assertProducts(raw);
      const issues = reading.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
      part.addUnreadable(idOf(raw), `the course cannot be read: ${issues.join('; ')}`);
      return;
    }
    const { seats, skipped } = seatsOf(reading.data, this.from.partnerId);
    for (const what of skipped) part.skip(what);
    for (const seat of seats) {
      if (seat.sku === '' || seat.bulkSku === '') part.addUnreadable(reading.data.id, `the ${seat.sku === '' ? 'seat' : 'enrollment code'} of the mode ${seat.mode} has no SKU in Otto; ${this.howToMakeSku()}`);
      else part.addRow(cellsOf(reading.data, seat));
    }
  }

  private howToMakeSku(): string {
    return this.from.partnerId === null ? "with the partner's id in Otto (--otto-partner-id) it can be worked out" : "nor has it an id there, so it cannot be worked out";
  }
}

function cellsOf({ id, name, verification_deadline: deadline }: OttoCourse, { product, mode, sku, bulkSku, androidSku, iosSku }: OttoSeat): Cells {
  return {
    course_id: id,
    ...(name && { course_name: name }),
    verification_deadline: deadline ?? '',
    mode,
    price: priceOf(product),
    currency: currencyOf(product),
    expires: product.expires ?? '',
    sku,
    credit_provider: textOf(product, 'credit_provider'),
    ...(bulkSku !== undefined && { bulk_sku: bulkSku }),
    ...(androidSku !== undefined && { android_sku: androidSku }),
    ...(iosSku !== undefined && { ios_sku: iosSku }),
  };
}

/** Otto says that more comes, and has shown everything. A page more than it counts may be there, since courses may be added meanwhile. */
function assertEnds({ count, results }: OttoPage, courses: number, pageSize: number): void {
  if (results.length > 0 && courses <= count + pageSize) return;
  throw new ImportStoppedError(`Otto counts ${count} courses, has shown ${courses}, and says that more come: its pages do not end. Look at what answers there.`);
}

/** Without products the courses would all seem to have no seat. */
function assertProducts(raw: unknown): void {
  if (typeof raw === 'object' && raw !== null && 'id' in raw && !('products' in raw)) {
    throw new ImportStoppedError('Otto shows its courses without their products: it does not know "include_products". Import them from the LMS, or by a CSV file.');
  }
}

function idOf(raw: unknown): string | null {
  const id: unknown = typeof raw === 'object' && raw !== null && 'id' in raw ? raw.id : null;
  return typeof id === 'string' ? id.slice(0, 255) : null;
}
