import { Injectable } from '@nestjs/common';
import { CatalogDatabase } from '../catalog.database.js';
import { COURSE_OFFERS, type CourseOfferRow } from './course-offer.statement.js';
import { courseOfferOf } from './course-offer.js';
import { GatheredQuestions } from './gathered-questions.js';
import { NewestRollout } from './newest-rollout.js';
import type { CourseOffer, OfferVersion } from './offer.js';

/** Courses of one statement: what many readers ask for at the same moment. */
const MOST_COURSES = 100;
/** So that one connection that hangs does not keep every reader waiting. */
const STATEMENTS_AT_ONCE = 2;

export interface CourseQuestion {
  /** Must have the form of a course key: the question shares a statement with those of others. */
  readonly courseId: string;
  /** Whether there is an old workflow that courses can be left to. */
  readonly hasLegacy: boolean;
  /** What the reader has already. */
  readonly known?: OfferVersion | undefined;
}

/** `unchanged`: what is known is still so, but for what time does to it. Null: there is no such course. */
export type CourseAnswer = CourseOffer | 'unchanged' | null;

/** How courses are sold now. Whoever asks at the same time shares a statement. */
@Injectable()
export class CourseOffers {
  private readonly rollout = new NewestRollout();
  private readonly questions = new GatheredQuestions<CourseQuestion, CourseAnswer>((questions) => this.read(questions), { most: MOST_COURSES, atOnce: STATEMENTS_AT_ONCE });

  constructor(private readonly database: CatalogDatabase) {}

  find(question: CourseQuestion): Promise<CourseAnswer> {
    return this.questions.ask(question);
  }

  private async read(questions: readonly CourseQuestion[]): Promise<CourseAnswer[]> {
    const [ids, courses, rollouts] = [questions.map(({ courseId }) => courseId), questions.map(({ known }) => known?.course ?? null), questions.map(({ known }) => known?.rollout ?? null)];
    const { rows, rollout } = await this.rollout.readWith((version) => this.database.prepared<CourseOfferRow>(COURSE_OFFERS, [ids, version, courses, rollouts]));
    const rowOf = new Map(rows.map((row) => [row.question, row]));
    return questions.map(({ hasLegacy }, index) => {
      const row = rowOf.get(index + 1);
      if (!row) return null;
      return row.course === null ? 'unchanged' : courseOfferOf(row.course, row, { rollout, hasLegacy });
    });
  }
}
