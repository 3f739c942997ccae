import type pg from 'pg';
import { queryOn } from '../catalog.database.js';
import { newSku } from '../sku.js';
import { ProductRefusedError, SkuTakenError } from './product.errors.js';
import type { SkuDraft } from './product.js';
import { OFFER_MADE_UP_SKU, OFFER_SKUS, WITHDRAW_OTHERS, WRONG_OFFERS, type WrongOfferRow } from './product.statements.js';

/** A made-up SKU that exists is one case in 10²⁴; three in a row are a broken source of chance. */
const MOST_TRIES = 3;

interface NamedSku extends SkuDraft {
  readonly sku: string;
  /** Its place in the draft. */
  readonly index: number;
}

/**
 * Makes the offers of a product those of its draft: named SKUs are new or its own, others are made up, and what is not named is
 * withdrawn. The caller holds the product's row.
 *
 * @throws {SkuTakenError | ProductRefusedError} naming every SKU of another product, and every new end of sale that lies in the past.
 */
export async function offerSkus(client: pg.PoolClient, productId: string, skus: readonly SkuDraft[], makeSku: () => string = newSku): Promise<void> {
  const named = skus.flatMap((draft, index) => (draft.sku === undefined ? [] : [{ ...draft, sku: draft.sku, index }]));
  await refuseWrong(client, productId, skus);
  await offerNamed(client, productId, named);
  const madeUp: string[] = [];
  for (const draft of skus.filter(({ sku }) => sku === undefined)) madeUp.push(await offerMadeUp(client, productId, draft, makeSku));
  await withdrawOthers(client, productId, [...named.map(({ sku }) => sku), ...madeUp]);
}

/** Withdraws what the product is sold under, except the SKUs that are named. */
export async function withdrawOthers(client: pg.PoolClient, productId: string, keptSkus: readonly string[]): Promise<void> {
  await queryOn(client, WITHDRAW_OTHERS, [productId, keptSkus]);
}

async function refuseWrong(client: pg.PoolClient, productId: string, skus: readonly SkuDraft[]): Promise<void> {
  const rows = await queryOn<WrongOfferRow>(client, WRONG_OFFERS, [productId, skus.map(({ sku }) => sku ?? null), skus.map(({ availableUntil }) => availableUntil?.toISOString() ?? null)]);
  const taken = rows.filter((row) => row.taken);
  if (taken.length > 0) throw new SkuTakenError(taken.map(({ index, title, partner }) => takenProblem(index, `: ${title} (${partner})`)));
  if (rows.length > 0) throw new ProductRefusedError(rows.map(({ index }) => ({ pointer: `/skus/${index}/availableUntil`, detail: 'lies in the past' })));
}

async function offerNamed(client: pg.PoolClient, productId: string, named: readonly NamedSku[]): Promise<void> {
  if (named.length === 0) return;
  const column = <Value>(pick: (sku: NamedSku) => Value): Value[] => named.map(pick);
  const values = [column(({ sku }) => sku), column(({ priceMinor }) => priceMinor), column(({ currency }) => currency.toUpperCase()), column(from), column(until)];
  const offered = new Set((await queryOn<{ sku: string }>(client, OFFER_SKUS, [productId, ...values])).map(({ sku }) => sku));
  const taken = named.filter(({ sku }) => !offered.has(sku));
  if (taken.length > 0) throw new SkuTakenError(taken.map(({ index }) => takenProblem(index, ', which took it just now')));
}

async function offerMadeUp(client: pg.PoolClient, productId: string, draft: SkuDraft, makeSku: () => string): Promise<string> {
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const values = [productId, makeSku(), draft.priceMinor, draft.currency.toUpperCase(), from(draft), until(draft)];
    const [row] = await queryOn<{ sku: string }>(client, OFFER_MADE_UP_SKU, values);
    if (row) return row.sku;
  }
  throw new Error('Every SKU that was made up exists already.');
}

function takenProblem(index: number, by: string) {
  return { pointer: `/skus/${index}/sku`, code: 'sku_taken', detail: `belongs to another product${by}` };
}

function from({ availableFrom }: SkuDraft): string | null {
  return availableFrom?.toISOString() ?? null;
}

function until({ availableUntil }: SkuDraft): string | null {
  return availableUntil?.toISOString() ?? null;
}
