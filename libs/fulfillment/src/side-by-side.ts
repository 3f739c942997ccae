/** Runs `work` on all items, at most `limit` at a time, and gives the results in the items' order. `work` must not throw. */
export async function sideBySide<Item, Result>(items: readonly Item[], limit: number, work: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  let nextIndex = 0;
  const runner = async () => {
    for (let index = nextIndex++; index < items.length; index = nextIndex++) {
      const item = items[index];
      if (item !== undefined) results[index] = await work(item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, runner));
  return results;
}
