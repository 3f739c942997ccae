import type { CatalogProblem } from '../catalog.errors.js';
import type { CourseDraft } from './course.js';
import type { PlanTerms } from './course-plan.js';
import type { CourseState, Offer } from './course-state.js';

/** More modes than the LMS knows. */
const MOST_MODES = 20;

interface Checked {
  readonly state: CourseState;
  readonly draft: CourseDraft;
  readonly verificationDeadline: Date | null;
  readonly terms: PlanTerms;
  /** Modes that the draft lacks and that stay. */
  readonly kept: readonly Offer[];
}

/** What is wrong with a course as a whole: what one mode cannot tell. */
export function courseProblems({ state, draft, verificationDeadline, terms, kept }: Checked): CatalogProblem[] {
  const problems: CatalogProblem[] = [];
  if (draft.partner !== undefined && draft.partner !== state.partner) problems.push({ pointer: '/partner', detail: `must be ${state.partner}: a course stays with its partner` });
  if (draft.modes.length > MOST_MODES) problems.push({ pointer: '/modes', detail: `must be at most ${MOST_MODES}` });
  for (const [index, { mode }] of draft.modes.entries()) {
    if (draft.modes.findIndex((other) => other.mode === mode) < index) problems.push({ pointer: `/modes/${index}/mode`, detail: `stands twice: ${mode}` });
  }
  if (verificationDeadline) problems.push(...deadlineProblems(verificationDeadline, { state, draft, terms, kept }));
  return problems;
}

/** The LMS refuses a verification deadline before an upgrade deadline (contract of its Commerce API). */
function deadlineProblems(deadline: Date, { state, draft, terms, kept }: Omit<Checked, 'verificationDeadline'>): CatalogProblem[] {
  const pointer = '/verificationDeadline';
  const isNew = state.verificationDeadline?.getTime() !== deadline.getTime();
  if (isNew && !terms.acceptPast && deadline <= terms.now) return [{ pointer, detail: 'lies in the past' }];
  const expiries = [...draft.modes.map((mode) => expiryOf(mode.expires, state.seats.get(mode.mode))), ...kept.map((offer) => expiryOf(undefined, offer))];
  return expiries.some((expires) => expires !== null && expires > deadline) ? [{ pointer, detail: 'must not be before the upgrade deadline (expires) of a mode' }] : [];
}

function expiryOf(drafted: Date | null | undefined, offer: Offer | undefined): Date | null {
  return drafted === undefined ? (offer?.skus.find(({ withdrawn }) => !withdrawn)?.availableUntil ?? null) : drafted;
}
