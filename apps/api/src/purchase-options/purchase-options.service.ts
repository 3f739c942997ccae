import { Inject, Injectable } from '@nestjs/common';
import { CourseNotFoundError, CourseOffers, type OfferVersion } from '#catalog';
import type { LinkConfig } from '#config';
import { AnswerMemory, type VersionedAnswer } from '../caching/answer-memory.js';
import { publicAnswer, type PublicAnswer } from '../caching/public-answer.js';
import { LINKS } from '../links/link.options.js';
import { SaleJudge } from '../links/sale.judge.js';
import { purchaseOptionsView } from './purchase-options.view.js';

/** What another process writes is seen here after so long at the latest; what this one writes, at once. */
const TRUST_MS = 2_000;
/** What somebody writes past the service, into the tables themselves and without a new version, is seen after so long. */
const KEEP_MS = 60_000;
/** Some 20,000 courses. */
const MOST_CHARACTERS = 32 * 1024 * 1024;

/** Answers how courses can be bought. */
@Injectable()
export class PurchaseOptions {
  readonly memory = new AnswerMemory<OfferVersion>({ trustMs: TRUST_MS, keepMs: KEEP_MS, mostCharacters: MOST_CHARACTERS });

  constructor(
    private readonly offers: CourseOffers,
    private readonly judge: SaleJudge,
    @Inject(LINKS) private readonly links: LinkConfig,
  ) {}

  /** @throws {CourseNotFoundError} */
  of(courseId: string): Promise<PublicAnswer> {
    return this.memory.get(courseId, (known) => this.read(courseId, known));
  }

  /** The same for a course that was found before, at once where that can be; undefined for any other. */
  remembered(courseId: string): PublicAnswer | Promise<PublicAnswer> | undefined {
    return this.memory.peek(courseId) ?? (this.memory.has(courseId) ? this.of(courseId) : undefined);
  }

  private async read(courseId: string, known: OfferVersion | undefined): Promise<VersionedAnswer<OfferVersion> | 'unchanged'> {
    const readAtMs = performance.now();
    const course = await this.offers.find({ courseId, hasLegacy: this.links.legacyCheckoutUrl !== null, known });
    if (course === null) throw new CourseNotFoundError();
    if (course === 'unchanged') return course;
    return { answer: publicAnswer(purchaseOptionsView(course, this.links, this.judge), course, readAtMs), version: course.version };
  }
}
