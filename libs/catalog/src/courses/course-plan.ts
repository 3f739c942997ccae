import type { CatalogProblem } from '../catalog.errors.js';
import type { CourseDraft } from './course.js';
import type { CourseState, Offer, OfferedSku, SkuOwner } from './course-state.js';
import { ModePlanner, type PlannedMode } from './mode-plan.js';
import { courseProblems } from './course-checks.js';

/** One field that becomes another. `mode` null: of the course itself. A mode that is new or goes is the field `mode`. */
export interface CourseChange {
  readonly mode: string | null;
  readonly field: string;
  readonly from: unknown;
  readonly to: unknown;
}

/** A SKU as it is to be written, under its product. */
export interface SkuWrite extends Omit<OfferedSku, 'withdrawn'> {
  readonly productId: string;
  readonly isNew: boolean;
}

export interface ProductWrite {
  readonly productId: string;
  readonly productType: string;
  readonly mode: string;
  readonly title: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly isNew: boolean;
}

/** What is to be done to make a course what its draft says; nothing where there are problems. */
export interface CoursePlan {
  readonly state: CourseState;
  readonly name: string;
  readonly verificationDeadline: Date | null;
  readonly problems: readonly CatalogProblem[];
  readonly changes: readonly CourseChange[];
  readonly modes: readonly { readonly mode: string; readonly result: 'created' | 'updated' | 'unchanged' }[];
  readonly products: readonly ProductWrite[];
  readonly skus: readonly SkuWrite[];
  readonly withdrawn: readonly string[];
  /** Modes that are no longer sold. */
  readonly removed: readonly string[];
}

/** Whether there is anything to write. */
export function changesAnything({ changes, products, skus, withdrawn }: CoursePlan): boolean {
  return changes.length + products.length + skus.length + withdrawn.length > 0;
}

/** What a plan depends on besides the course and its draft. */
export interface PlanTerms {
  readonly now: Date;
  /** Whether dates that have passed may be set. */
  readonly acceptPast: boolean;
  /** Whether modes that the draft lacks are withdrawn. */
  readonly replaceModes: boolean;
  readonly owners: ReadonlyMap<string, SkuOwner>;
  /** Of the drafts that are written together: who has named a SKU before, by SKU the product. */
  readonly claimed: Map<string, string>;
  /** What is wrong with the details of a product, by JSON pointers into them. */
  readonly checkDetails: (productType: string, details: unknown) => readonly { readonly pointer: string; readonly message: string }[];
  readonly newProductId: () => string;
  readonly newSku: () => string;
}

/** Compares a course with its draft. Pure but for `claimed`, in which it enters the SKUs that it uses. */
export function planCourse(state: CourseState, draft: CourseDraft, terms: PlanTerms): CoursePlan {
  const planned = draft.modes.map((mode, index) => new ModePlanner(state, draft, terms).plan(mode, `/modes/${index}`));
  const verificationDeadline = draft.verificationDeadline === undefined ? state.verificationDeadline : draft.verificationDeadline;
  const left = leftModes(state, draft);
  const removed = terms.replaceModes ? left.map(({ mode }) => mode) : [];
  const kept = terms.replaceModes ? [] : left;
  const problems = distinct([...courseProblems({ state, draft, verificationDeadline, terms, kept }), ...planned.flatMap((mode) => mode.problems)]);
  const titles = kept.flatMap((offer) => retitled(offer, state, draft));
  const removals = removed.flatMap((mode) => [state.seats.get(mode), state.codes.get(mode)].flatMap((offer) => offer?.skus.filter(({ withdrawn }) => !withdrawn).map(({ sku }) => sku) ?? []));
  return {
    state,
    name: draft.name,
    verificationDeadline,
    problems,
    changes: [
      ...courseChanges(state, draft, verificationDeadline),
      ...planned.flatMap(({ changes }) => changes),
      ...removed.map((mode) => ({ mode, field: 'mode', from: mode, to: null })),
    ],
    modes: planned.map((mode, index) => ({ mode: draft.modes[index]?.mode ?? '', result: resultOf(mode) })),
    products: [...planned.flatMap(({ products }) => products), ...titles],
    skus: planned.flatMap(({ skus }) => skus),
    withdrawn: [...planned.flatMap(({ withdrawn }) => withdrawn), ...removals],
    removed,
  };
}

/** What every mode finds wrong, such as the course's key, is said once. */
function distinct(problems: readonly CatalogProblem[]): CatalogProblem[] {
  return [...new Map(problems.map((problem) => [`${problem.pointer ?? ''} ${problem.detail}`, problem])).values()];
}

/** Modes that are sold and that the draft does not name. */
function leftModes({ seats }: CourseState, { modes }: CourseDraft): Offer[] {
  return [...seats.values()].filter(({ mode, skus }) => skus.some(({ withdrawn }) => !withdrawn) && !modes.some((draft) => draft.mode === mode));
}

/** Modes that stay as they are carry the course's name all the same. */
function retitled(seat: Offer, { codes, name }: CourseState, draft: CourseDraft): ProductWrite[] {
  if (draft.name === name) return [];
  const code = codes.get(seat.mode);
  const write = (offer: Offer, productType: string): ProductWrite => ({ ...offer, productType, title: draft.name, isNew: false });
  return [write(seat, 'seat'), ...(code ? [write(code, 'enrollment-code')] : [])];
}

function courseChanges(state: CourseState, draft: CourseDraft, deadline: Date | null): CourseChange[] {
  const isNew = state.version === 0;
  return [
    ...(isNew ? [{ mode: null, field: 'course', from: null, to: state.id }] : []),
    ...(!isNew && state.name !== draft.name ? [{ mode: null, field: 'name', from: state.name, to: draft.name }] : []),
    ...(state.verificationDeadline?.getTime() !== deadline?.getTime() ? [{ mode: null, field: 'verificationDeadline', from: state.verificationDeadline, to: deadline }] : []),
  ];
}

function resultOf({ created, products, skus, withdrawn }: PlannedMode): 'created' | 'updated' | 'unchanged' {
  if (created) return 'created';
  return products.length + skus.length + withdrawn.length > 0 ? 'updated' : 'unchanged';
}
