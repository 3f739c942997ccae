import type { CatalogProblem } from '../catalog.errors.js';
import { ENROLLMENT_CODE, SEAT, type CourseDraft, type ModeDraft } from './course.js';
import type { CourseChange, PlanTerms, ProductWrite, SkuWrite } from './course-plan.js';
import type { CourseState, Offer, OfferedSku } from './course-state.js';
import { modeProblems } from './mode-checks.js';

export interface PlannedMode {
  readonly problems: readonly CatalogProblem[];
  readonly changes: readonly CourseChange[];
  /** Whether the mode was not sold before. */
  readonly created: boolean;
  readonly products: readonly ProductWrite[];
  readonly skus: readonly SkuWrite[];
  readonly withdrawn: readonly string[];
}

/** A SKU to sell a product under: one that it has, or a new one. */
type ChosenSku = { readonly sku: string; readonly before: OfferedSku | undefined };

const POINTER_OF_DETAIL: Readonly<Record<string, string>> = { '/courseId': '/id', '/mode': '/mode', '/creditProvider': '/creditProvider' };

/** Plans one mode of a course: its seat and, where it is sold in bulk, its enrollment codes. */
export class ModePlanner {
  private readonly problems: CatalogProblem[] = [];

  constructor(
    private readonly state: CourseState,
    private readonly course: CourseDraft,
    private readonly terms: PlanTerms,
  ) {}

  /** @param at the mode's JSON pointer. */
  plan(draft: ModeDraft, at: string): PlannedMode {
    const seat = this.state.seats.get(draft.mode);
    const productId = seat?.productId ?? this.terms.newProductId();
    const chosen = this.choose(seat, { sku: draft.sku, productId, pointer: `${at}/sku` });
    const before = chosen.before;
    const live = before && !before.withdrawn ? before : undefined;
    // What was withdrawn comes back under its SKU, and with nothing else of what it was.
    const after = skuAfter(draft, live);
    this.problems.push(...modeProblems(draft, { availableFrom: after.availableFrom, expires: after.availableUntil }, at), ...this.pastProblems(after, live, at));
    const details = this.details(draft, seat, at);
    const products = this.product({ productId, productType: SEAT, mode: draft.mode, details }, seat);
    const skus = !live || differs(live, after) ? [{ ...after, sku: chosen.sku, productId, isNew: before === undefined }] : [];
    const bulk = this.bulk(draft, after, at);
    return {
      problems: this.problems,
      created: !live,
      products: [...products, ...bulk.products],
      skus: [...skus, ...bulk.skus],
      withdrawn: bulk.withdrawn,
      changes: this.changes(draft, { seat, live, after, chosen, details, bulk }),
    };
  }

  /** A mode keeps the SKU under which it is sold; one that was withdrawn comes back under its last. */
  private choose(offer: Offer | undefined, { sku, productId, pointer }: { sku: string | undefined; productId: string; pointer: string }): ChosenSku {
    const live = offer?.skus.filter(({ withdrawn }) => !withdrawn) ?? [];
    const named = sku === undefined ? undefined : offer?.skus.find((one) => one.sku === sku);
    if (sku !== undefined) this.claim(sku, productId, pointer);
    if (named && (!named.withdrawn || live.length === 0)) return { sku: named.sku, before: named };
    const [only, ...others] = live;
    if (only && sku !== undefined) this.problems.push({ pointer, detail: `must be ${live.map((one) => one.sku).join(' or ')}, under which this is sold; leave it out to keep it` });
    else if (only && others.length > 0) this.problems.push({ pointer, detail: `must say which is meant: this is sold as ${live.map((one) => one.sku).join(', ')}` });
    if (only) return { sku: only.sku, before: only };
    const last = offer?.skus.at(-1);
    if (sku === undefined && last) return { sku: last.sku, before: last };
    return { sku: sku ?? this.terms.newSku(), before: undefined };
  }

  private claim(sku: string, productId: string, pointer: string): void {
    const owner = this.terms.owners.get(sku);
    if (owner && owner.productId !== productId) {
      const whose = owner.partner === this.state.partner ? '' : ` of the partner ${owner.partner}`;
      this.problems.push({ pointer, code: 'sku_taken', detail: `belongs to another product${whose}: ${owner.title}` });
    }
    const claimedBy = this.terms.claimed.get(sku);
    if (claimedBy !== undefined && claimedBy !== productId) this.problems.push({ pointer, code: 'sku_taken', detail: 'stands twice' });
    this.terms.claimed.set(sku, productId);
  }

  private pastProblems(after: Omit<OfferedSku, 'sku' | 'withdrawn'>, before: OfferedSku | undefined, at: string): CatalogProblem[] {
    const { now, acceptPast } = this.terms;
    const isNew = before?.availableUntil?.getTime() !== after.availableUntil?.getTime();
    return !acceptPast && isNew && after.availableUntil && after.availableUntil <= now ? [{ pointer: `${at}/expires`, detail: 'lies in the past' }] : [];
  }

  /** Details that are not ours to set are kept. The fulfiller judges the whole. */
  private details({ mode, creditProvider }: ModeDraft, seat: Offer | undefined, at: string): Readonly<Record<string, unknown>> {
    const { creditProvider: kept, ...others } = { creditProvider: undefined, ...seat?.details };
    const provider = creditProvider === undefined ? kept : (creditProvider ?? undefined);
    const details = { ...others, courseId: this.state.id, mode, ...(provider === undefined ? {} : { creditProvider: provider }) };
    for (const { pointer, message } of this.terms.checkDetails(SEAT, details)) {
      const where = POINTER_OF_DETAIL[pointer];
      const detail = where === undefined && pointer !== '' ? `${pointer.slice(1)} ${message}` : message;
      this.problems.push({ pointer: where === '/id' ? '/id' : `${at}${where ?? ''}`, detail });
    }
    return details;
  }

  private product({ productId, productType, mode, details }: Omit<ProductWrite, 'title' | 'isNew'>, offer: Offer | undefined): ProductWrite[] {
    const title = this.course.name;
    if (offer && offer.title === title && sameDetails(offer.details, details)) return [];
    return [{ productId, productType, mode, title, details, isNew: !offer }];
  }

  /** Enrollment codes cost what the seat costs, and are sold as long. */
  private bulk(draft: ModeDraft, seat: Omit<OfferedSku, 'sku' | 'withdrawn'>, at: string): BulkPlan {
    const offer = this.state.codes.get(draft.mode);
    const live = offer?.skus.find(({ withdrawn }) => !withdrawn);
    const wanted = draft.bulk ?? (draft.bulkSku !== undefined || live !== undefined);
    if (!wanted) return { products: [], skus: [], withdrawn: live ? [live.sku] : [], before: live?.sku ?? null, after: null };
    const productId = offer?.productId ?? this.terms.newProductId();
    const { sku, before } = this.choose(offer, { sku: draft.bulkSku, productId, pointer: `${at}/bulkSku` });
    const details = { ...offer?.details, courseId: this.state.id, mode: draft.mode };
    const after = { ...seat, androidSku: null, iosSku: null };
    const isSold = before && !before.withdrawn && !differs(before, after);
    return {
      products: this.product({ productId, productType: ENROLLMENT_CODE, mode: draft.mode, details }, offer),
      skus: isSold ? [] : [{ ...after, sku, productId, isNew: before === undefined }],
      withdrawn: [],
      before: live?.sku ?? null,
      after: sku,
    };
  }

  private changes({ mode }: ModeDraft, { seat, live, after, chosen, details, bulk }: Compared): CourseChange[] {
    if (!live) return [{ mode, field: 'mode', from: null, to: mode }];
    const from = { ...live, creditProvider: seat?.details['creditProvider'] ?? null, bulkSku: bulk.before };
    const to = { ...after, sku: chosen.sku, creditProvider: details['creditProvider'] ?? null, bulkSku: bulk.after };
    return COMPARED_FIELDS.flatMap(([field, shown]) => (same(from[field], to[field]) ? [] : [{ mode, field: shown, from: from[field], to: to[field] }]));
  }
}

interface BulkPlan {
  readonly products: readonly ProductWrite[];
  readonly skus: readonly SkuWrite[];
  readonly withdrawn: readonly string[];
  readonly before: string | null;
  readonly after: string | null;
}

interface Compared {
  readonly seat: Offer | undefined;
  readonly live: OfferedSku | undefined;
  readonly after: Omit<OfferedSku, 'sku' | 'withdrawn'>;
  readonly chosen: ChosenSku;
  readonly details: Readonly<Record<string, unknown>>;
  readonly bulk: BulkPlan;
}

const COMPARED_FIELDS = [
  ['sku', 'sku'],
  ['priceMinor', 'priceMinor'],
  ['currency', 'currency'],
  ['availableFrom', 'availableFrom'],
  ['availableUntil', 'expires'],
  ['creditProvider', 'creditProvider'],
  ['bulkSku', 'bulkSku'],
  ['androidSku', 'androidSku'],
  ['iosSku', 'iosSku'],
] as const;

function skuAfter(draft: ModeDraft, before: OfferedSku | undefined): Omit<OfferedSku, 'sku' | 'withdrawn'> {
  return {
    priceMinor: draft.priceMinor,
    currency: draft.currency.toUpperCase(),
    availableFrom: draft.availableFrom === undefined ? (before?.availableFrom ?? null) : draft.availableFrom,
    availableUntil: draft.expires === undefined ? (before?.availableUntil ?? null) : draft.expires,
    androidSku: draft.androidSku === undefined ? (before?.androidSku ?? null) : draft.androidSku,
    iosSku: draft.iosSku === undefined ? (before?.iosSku ?? null) : draft.iosSku,
  };
}

function differs(before: OfferedSku, after: Omit<OfferedSku, 'sku' | 'withdrawn'>): boolean {
  const fields = ['priceMinor', 'currency', 'availableFrom', 'availableUntil', 'androidSku', 'iosSku'] as const;
  return fields.some((field) => !same(before[field], after[field]));
}

function same(one: unknown, other: unknown): boolean {
  return one instanceof Date && other instanceof Date ? one.getTime() === other.getTime() : one === other;
}

function sameDetails(one: Readonly<Record<string, unknown>>, other: Readonly<Record<string, unknown>>): boolean {
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].every((key) => JSON.stringify(one[key]) === JSON.stringify(other[key]));
}
