/** The token map names something that cannot work. The boot stops with this sentence: it says which entry, what is wrong and what to change. */
export class WiringError extends Error {
  constructor(productType: string, fact: string, options?: ErrorOptions) {
    super(`Product type "${productType}": ${fact}`, options);
    this.name = 'WiringError';
  }
}

/** Every entry of a token map that cannot work, a sentence on each line, with the file that is to be changed. */
export class WrongTokenMapError extends WiringError {
  constructor(file: string, errors: readonly WiringError[]) {
    super('', '', { cause: errors[0]?.cause });
    this.message = errors.map(({ message }) => `${file}: ${message}`).join('\n');
  }
}
