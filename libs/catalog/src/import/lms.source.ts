import { LmsCredentialsMissingError, LmsRefusedError, LmsUnansweredError, type CommerceClient, type LmsCourse, type LmsMode, type UnreadableCourse } from '#lms';
import type { Cells } from './columns.js';
import { PartBuilder } from './part-builder.js';
import type { ImportSource, SourcePart } from './import-source.js';
import { ImportStoppedError } from './row-problems.js';
import { isSoldAsSeat } from '../courses/unsold-modes.js';

const ROWS_A_PART = 1_000;
/** The longest silence of the LMS: it gathers its whole list before it begins to answer. */
const SILENCE_MS = 300_000;

/** The courses of the LMS, with the modes that it sells. The list comes in one answer, so it is read anew each time. */
export class LmsSource implements ImportSource {
  readonly kind = 'lms';
  readonly subject = 'the list of the LMS';
  readonly repeats = false;

  /** @param origin the LMS's address. */
  constructor(
    private readonly commerce: Pick<CommerceClient, 'list'>,
    readonly origin: string,
  ) {}

  async *read(): AsyncGenerator<SourcePart> {
    const part = new PartBuilder(0);
    const stop = new AbortController();
    const onUnreadable = ({ id, detail }: UnreadableCourse): void => part.addUnreadable(id, `the course cannot be read: ${detail}`);
    try {
      for await (const course of this.commerce.list({ timeoutMs: SILENCE_MS, signal: stop.signal, onUnreadable })) {
        addCourse(part, course);
        if (part.size >= ROWS_A_PART) yield part.take(null, null);
      }
    } catch (error) {
      throw stopped(error);
    } finally {
      stop.abort();
    }
    yield part.take(null, 1);
  }
}

function addCourse(part: PartBuilder, course: LmsCourse): void {
  for (const mode of course.modes) {
    if (isSoldAsSeat(mode.slug)) part.addRow(cellsOf(course, mode));
    else part.skip(`modes ${mode.slug}`);
  }
}

/** An empty mobile or bulk SKU may as well be an old release that does not know them, so nothing is said of it. */
function cellsOf({ id, name, verificationDeadline }: LmsCourse, { slug, price, currency, sku, bulkSku, expires, androidSku, iosSku }: LmsMode): Cells {
  return {
    course_id: id,
    ...(name !== '' && { course_name: name }),
    verification_deadline: verificationDeadline?.toISOString() ?? '',
    mode: slug,
    price: String(price),
    currency,
    expires: expires?.toISOString() ?? '',
    sku: sku ?? '',
    ...(bulkSku !== null && { bulk_sku: bulkSku }),
    ...(typeof androidSku === 'string' && { android_sku: androidSku }),
    ...(typeof iosSku === 'string' && { ios_sku: iosSku }),
  };
}

function stopped(error: unknown): unknown {
  const isTold = error instanceof LmsRefusedError || error instanceof LmsUnansweredError || error instanceof LmsCredentialsMissingError;
  return isTold ? new ImportStoppedError(`The courses of the LMS cannot be read. ${error.message}`, { cause: error }) : error;
}
