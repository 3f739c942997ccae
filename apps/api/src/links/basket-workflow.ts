import type { SkuOffer, Workflow } from '#catalog';

/** Who sells these together: the old workflow only where it sells each of them. */
export function workflowOfAll(offers: readonly SkuOffer[]): Workflow {
  return offers.length > 0 && offers.every(({ workflow }) => workflow === 'legacy') ? 'legacy' : 'commerce';
}
