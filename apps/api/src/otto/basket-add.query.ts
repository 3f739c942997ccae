import { campaignParameter, parameter, readReturnAddress } from '#catalog';

/** The parameters of a request, as Fastify reads them: a text, or an array where one stands several times. */
export type QueryParameters = Readonly<Record<string, string | readonly string[]>>;

/** The SKUs that a link names, each once. */
export function skusOf(query: QueryParameters): string[] {
  return [...new Set(valuesOf(query, 'sku').filter((sku) => sku !== ''))];
}

/** What goes along to our checkout page: what campaigns are told apart by, and where to return to, if that is one of our sites. Everything else is for Otto alone. */
export function carriedParameters(query: QueryParameters, origins: readonly string[]): string[] {
  return [...campaign(query), ...returnAddress(query, origins)];
}

/** What goes along to the old service: all of it, as it came, but no foreign address to return to. */
export function legacyParameters(query: QueryParameters, origins: readonly string[]): string[] {
  const others = Object.keys(query).filter((key) => key !== 'next' && !isCampaign(key));
  return [...others.flatMap((key) => valuesOf(query, key).map((value) => parameter(key, value))), ...carriedParameters(query, origins)];
}

function campaign(query: QueryParameters): string[] {
  return Object.keys(query).filter(isCampaign).flatMap((key) => valuesOf(query, key).map((value) => campaignParameter(key, value)));
}

function isCampaign(key: string): boolean {
  return key.includes('utm_');
}

function returnAddress(query: QueryParameters, origins: readonly string[]): string[] {
  const [next, ...others] = valuesOf(query, 'next');
  const address = next === undefined || others.length > 0 ? null : readReturnAddress(next, origins);
  return address === null ? [] : [parameter('next', address)];
}

function valuesOf(query: QueryParameters, key: string): readonly string[] {
  return [query[key] ?? []].flat();
}
