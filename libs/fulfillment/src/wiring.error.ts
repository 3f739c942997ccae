/** The token map names something that cannot work. The boot stops with this sentence: it says which entry, what is wrong and what to change. */
export class WiringError extends Error {
  constructor(productType: string, fact: string, options?: ErrorOptions) {
    super(`Product type "${productType}": ${fact}`, options);
    this.name = 'WiringError';
  }
}
