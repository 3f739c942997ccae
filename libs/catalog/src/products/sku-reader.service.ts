import { Injectable } from '@nestjs/common';
import { CatalogDatabase } from '../catalog.database.js';
import { isSku } from '../sku.js';
import type { OfferedProduct } from './product.js';
import { SKU_BY_CODE, SKU_HISTORY, type SkuChangeRow, type SkuRow } from './sku.statements.js';

/** A SKU as it stands, withdrawn or not. */
export interface SkuRecord extends OfferedProduct {
  readonly withdrawnAt: Date | null;
  readonly androidSku: string | null;
  readonly iosSku: string | null;
  readonly product: {
    readonly id: string;
    readonly productType: string;
    readonly title: string;
    readonly partner: string;
    readonly courseId: string | null;
    readonly mode: string | null;
  };
}

/** What a SKU was from then on, until its next change. */
export interface SkuChange extends Omit<OfferedProduct, 'sku'> {
  readonly at: Date;
  /** Who changed it. */
  readonly actor: string;
  readonly withdrawnAt: Date | null;
}

/** Reads single SKUs and what they cost before. */
@Injectable()
export class SkuReader {
  constructor(private readonly database: CatalogDatabase) {}

  async find(sku: string): Promise<SkuRecord | null> {
    if (!isSku(sku)) return null;
    const [row] = await this.database.prepared<SkuRow>(SKU_BY_CODE, [sku]);
    return row ? recordOf(row) : null;
  }

  /** Newest first, `limit` at most, of those before the entry `beforeId`. */
  async history(sku: string, limit: number, beforeId: string | null): Promise<{ changes: SkuChange[]; nextBeforeId: string | null }> {
    const rows = await this.database.prepared<SkuChangeRow>(SKU_HISTORY, [sku, limit + 1, beforeId]);
    const page = rows.slice(0, limit);
    return { changes: page.map(changeOf), nextBeforeId: rows.length > limit ? (page.at(-1)?.id ?? null) : null };
  }
}

function recordOf(row: SkuRow): SkuRecord {
  return {
    sku: row.sku,
    priceMinor: Number(row.price_minor),
    currency: row.currency,
    availableFrom: row.available_from,
    availableUntil: row.available_until,
    withdrawnAt: row.withdrawn_at,
    androidSku: row.android_sku,
    iosSku: row.ios_sku,
    product: { id: row.product_id, productType: row.product_type, title: row.title, partner: row.partner, courseId: row.course_id, mode: row.mode },
  };
}

function changeOf(row: SkuChangeRow): SkuChange {
  return {
    at: row.at,
    actor: row.actor,
    priceMinor: Number(row.price_minor),
    currency: row.currency,
    availableFrom: row.available_from,
    availableUntil: row.available_until,
    withdrawnAt: row.withdrawn_at,
  };
}
