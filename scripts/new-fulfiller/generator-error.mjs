/** Something that the person at the terminal can mend: printed without a stack trace. Nothing was written. */
export class GeneratorError extends Error {
  constructor(sentence, { exitCode = 1, ...options } = {}) {
    super(sentence, options);
    this.exitCode = exitCode;
  }
}
