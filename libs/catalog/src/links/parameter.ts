/** Characters that a query may hold as they are, so that course keys stay readable in it. */
const READABLE = /%(?:2C|2F|3A|40)/g;

/** A parameter as it stands in a query: nothing in it can end the query, the URL or a header. */
export function parameter(name: string, value: string): string {
  return `${encode(name)}=${encode(value)}`;
}

/** The same with every plus sign left as it is, as Otto leaves it. Who reads it as a form finds a blank there. */
export function campaignParameter(name: string, value: string): string {
  return parameter(name, value).replaceAll('%2B', '+');
}

/** Adds parameters to an address, which may have some of its own. */
export function withParameters(address: string, parameters: readonly string[]): string {
  const url = new URL(address);
  url.search = [...(url.search === '' ? [] : [url.search.slice(1)]), ...parameters].join('&');
  return url.href;
}

function encode(text: string): string {
  // Half of a surrogate pair stands for no character, and cannot be encoded.
  return encodeURIComponent(text.toWellFormed()).replace(READABLE, decodeURIComponent);
}
