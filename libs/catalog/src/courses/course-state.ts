import type pg from 'pg';
import { queryOn } from '../catalog.database.js';
import { LOCK_COURSES, OFFERS_OF_COURSES, OWNERS_OF_SKUS, type LockedCourseRow, type OfferRow, type OwnerRow } from './course.statements.js';

/** A SKU of an offer, withdrawn or not. */
export interface OfferedSku {
  readonly sku: string;
  readonly priceMinor: number;
  readonly currency: string;
  readonly availableFrom: Date | null;
  readonly availableUntil: Date | null;
  readonly androidSku: string | null;
  readonly iosSku: string | null;
  readonly withdrawn: boolean;
}

/** A product of a course: the seat of a mode, or its enrollment codes. */
export interface Offer {
  readonly productId: string;
  readonly mode: string;
  readonly title: string;
  readonly details: Readonly<Record<string, unknown>>;
  /** Oldest first. */
  readonly skus: readonly OfferedSku[];
}

/** What a writer finds of a course whose row he holds. */
export interface CourseState {
  readonly id: string;
  readonly partner: string;
  readonly name: string;
  readonly verificationDeadline: Date | null;
  /** 0: it is new, and only reserved. */
  readonly version: number;
  /** By mode. */
  readonly seats: ReadonlyMap<string, Offer>;
  readonly codes: ReadonlyMap<string, Offer>;
}

export interface SkuOwner {
  readonly productId: string;
  readonly title: string;
  readonly partner: string;
}

/** Locks courses until the transaction ends, and reads what is offered of them. What does not exist is not in the answer. */
export async function lockCourses(client: pg.PoolClient, ids: readonly string[]): Promise<Map<string, CourseState>> {
  const courses = await queryOn<LockedCourseRow>(client, LOCK_COURSES, [ids]);
  const offers = await queryOn<OfferRow>(client, OFFERS_OF_COURSES, [ids]);
  const seats = offersByCourse(offers.filter(({ product_type: type }) => type === 'seat'));
  const codes = offersByCourse(offers.filter(({ product_type: type }) => type !== 'seat'));
  return new Map(
    courses.map(({ id, partner, name, verification_deadline: verificationDeadline, version }) => [
      id,
      { id, partner, name, verificationDeadline, version, seats: seats.get(id) ?? new Map(), codes: codes.get(id) ?? new Map() },
    ]),
  );
}

export async function ownersOf(client: pg.PoolClient, skus: readonly string[]): Promise<Map<string, SkuOwner>> {
  if (skus.length === 0) return new Map();
  const rows = await queryOn<OwnerRow>(client, OWNERS_OF_SKUS, [skus]);
  return new Map(rows.map(({ sku, product_id: productId, title, partner }) => [sku, { productId, title, partner }]));
}

function offersByCourse(rows: readonly OfferRow[]): Map<string, Map<string, Offer>> {
  const byCourse = new Map<string, Map<string, Offer & { skus: OfferedSku[] }>>();
  for (const row of rows) {
    const byMode = byCourse.get(row.course_id) ?? new Map<string, Offer & { skus: OfferedSku[] }>();
    byCourse.set(row.course_id, byMode);
    const offer = byMode.get(row.mode) ?? { productId: row.product_id, mode: row.mode, title: row.title, details: row.details, skus: [] };
    byMode.set(row.mode, offer);
    if (row.sku !== null) offer.skus.push(skuOf(row, row.sku));
  }
  return byCourse;
}

function skuOf(row: OfferRow, sku: string): OfferedSku {
  return {
    sku,
    priceMinor: Number(row.price_minor),
    currency: row.currency,
    availableFrom: row.available_from,
    availableUntil: row.available_until,
    androidSku: row.android_sku,
    iosSku: row.ios_sku,
    withdrawn: row.withdrawn,
  };
}
