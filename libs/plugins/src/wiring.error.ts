/** A map of plug-ins names something that cannot work. The boot stops with this sentence: it says which entry, what is wrong and what to change. */
export class WiringError extends Error {
  /** @param entry as the sentence begins: `Product type "seat"`. */
  constructor(entry: string, fact: string, options?: ErrorOptions) {
    super(`${entry}: ${fact}`, options);
    this.name = 'WiringError';
  }
}

/** Every entry of a map that cannot work, a sentence on each line, with the file that is to be changed. */
export class WrongMapError extends WiringError {
  constructor(file: string, errors: readonly WiringError[]) {
    super('', '', { cause: errors[0]?.cause });
    this.message = errors.map(({ message }) => `${file}: ${message}`).join('\n');
  }
}

/** @throws {WrongMapError} naming every entry that is wrong; or the first that was thrown and is a bug. */
export function throwIfWrong(file: string, failures: readonly unknown[]): void {
  const bugs = failures.filter((failure) => !(failure instanceof WiringError));
  if (bugs.length > 0) throw bugs[0];
  if (failures.length > 0) throw new WrongMapError(file, failures as WiringError[]);
}

/** What came of wiring each entry. @throws {WrongMapError} naming every entry that is wrong. */
export function allOrNone<Wiring>(file: string, results: readonly PromiseSettledResult<Wiring>[]): Wiring[] {
  throwIfWrong(file, results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : [])));
  return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}
