/** Whether a statement failed because somebody else has taken a SKU at the same time (PostgreSQL's unique violation on the SKU's key). */
export function isSkuTaken(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === '23505' && 'constraint' in thrown && thrown.constraint === 'sku_pkey';
}

/** Whether PostgreSQL ended a statement because it and another waited for each other. Nothing of its transaction is left. */
export function isDeadlock(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === '40P01';
}
