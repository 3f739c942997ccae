import type { FailureGroup } from '#orders';
import { ok, skipped, warn, type Finding } from './check.js';

/** Whether what is not delivered yet is of types that somebody delivers. `wire` answers the types of the token map. */
export async function soldTypesCheck(wire: () => Promise<readonly string[]>, ask: () => Promise<readonly FailureGroup[]>): Promise<Finding> {
  const [types, groups] = await Promise.all([wire().catch(() => null), ask()]);
  if (types === null) return skipped('the token map cannot be wired');
  const lines = new Map<string, number>();
  for (const { productType, count } of groups) if (!types.includes(productType)) lines.set(productType, (lines.get(productType) ?? 0) + count);
  if (lines.size === 0) return ok('Whatever is not delivered yet is of a product type that the token map has.');
  const list = [...lines].map(([productType, count]) => `${productType} (${count})`).join(', ');
  return warn(`Unfinished lines are of product types that the token map does not have: ${list}.`, 'Nobody delivers them, and they fail as "configuration". Put the entry back and send them again, or end them: npm run ops -- failures --kind configuration');
}
