import type pg from 'pg';
import { queryOn } from '../catalog.database.js';
import { INSERT_PRODUCTS, INSERT_SKUS, UPDATE_COURSES, UPDATE_PRODUCTS, UPDATE_SKUS, WITHDRAW_SKUS } from './course.statements.js';
import type { CoursePlan, ProductWrite, SkuWrite } from './course-plan.js';

/** Writes what plans say, all of them in a handful of statements. Answers the versions that the courses have now. */
export async function writePlans(client: pg.PoolClient, plans: readonly CoursePlan[]): Promise<Map<string, number>> {
  const products = plans.flatMap((plan) => plan.products.map((product) => ({ ...product, courseId: plan.state.id, partner: plan.state.partner })));
  const skus = plans.flatMap((plan) => plan.skus);
  await insertProducts(client, products.filter(({ isNew }) => isNew));
  await updateProducts(client, products.filter(({ isNew }) => !isNew));
  // First what goes: a SKU may be offered anew by another mode in the same change.
  await run(client, WITHDRAW_SKUS, [plans.flatMap(({ withdrawn }) => withdrawn)]);
  await run(client, INSERT_SKUS, skuColumns(skus.filter(({ isNew }) => isNew)));
  await run(client, UPDATE_SKUS, skuColumns(skus.filter(({ isNew }) => !isNew)));
  const rows = await queryOn<{ id: string; version: number }>(client, UPDATE_COURSES, [plans.map(({ state }) => state.id), plans.map(({ name }) => name), plans.map((plan) => plan.verificationDeadline?.toISOString() ?? null)]);
  return new Map(rows.map(({ id, version }) => [id, version]));
}

type CourseProduct = ProductWrite & { readonly courseId: string; readonly partner: string };

async function insertProducts(client: pg.PoolClient, products: readonly CourseProduct[]): Promise<void> {
  const column = <Value>(pick: (product: CourseProduct) => Value): Value[] => products.map(pick);
  await run(client, INSERT_PRODUCTS, [
    column(({ productId }) => productId),
    column(({ productType }) => productType),
    column(({ partner }) => partner),
    column(({ title }) => title),
    column(({ details }) => JSON.stringify(details)),
    column(({ courseId }) => courseId),
    column(({ mode }) => mode),
  ]);
}

async function updateProducts(client: pg.PoolClient, products: readonly ProductWrite[]): Promise<void> {
  await run(client, UPDATE_PRODUCTS, [products.map(({ productId }) => productId), products.map(({ title }) => title), products.map(({ details }) => JSON.stringify(details))]);
}

function skuColumns(skus: readonly SkuWrite[]): unknown[][] {
  return [
    skus.map(({ sku }) => sku),
    skus.map(({ productId }) => productId),
    skus.map(({ priceMinor }) => priceMinor),
    skus.map(({ currency }) => currency),
    skus.map(({ availableFrom }) => availableFrom?.toISOString() ?? null),
    skus.map(({ availableUntil }) => availableUntil?.toISOString() ?? null),
    skus.map(({ androidSku }) => androidSku),
    skus.map(({ iosSku }) => iosSku),
  ];
}

/** A statement over nothing is not sent. */
async function run(client: pg.PoolClient, text: string, columns: readonly unknown[][]): Promise<void> {
  if (columns[0]?.length) await queryOn(client, text, [...columns]);
}
