import { ConfigurationFailure, type Fulfiller } from '@order-fulfillment/fulfiller-kit';
import { lackingVerbs } from '#plugins';

const VERBS = ['parseDetails', 'fulfill', 'verify', 'revoke'] as const;

/** The verbs that something provided as a fulfiller lacks. One that takes nothing back needs no `revoke`. */
export function missingVerbs(candidate: unknown, capabilities: { readonly revoke: boolean }): readonly string[] {
  return lackingVerbs(candidate, VERBS).filter((verb) => verb !== 'revoke' || capabilities.revoke);
}

/** The same fulfiller, with a `revoke` that refuses where it has none. */
export function withRevoke(productType: string, fulfiller: Omit<Fulfiller, 'revoke'> & Partial<Pick<Fulfiller, 'revoke'>>): Fulfiller {
  if (isWhole(fulfiller)) return fulfiller;
  return {
    parseDetails: (raw) => fulfiller.parseDetails(raw),
    fulfill: (request) => fulfiller.fulfill(request),
    verify: (request) => fulfiller.verify(request),
    revoke: () => Promise.reject(new ConfigurationFailure(`What the product type "${productType}" delivers cannot be taken back.`)),
  };
}

function isWhole(fulfiller: Omit<Fulfiller, 'revoke'> & Partial<Pick<Fulfiller, 'revoke'>>): fulfiller is Fulfiller {
  return typeof fulfiller.revoke === 'function';
}
