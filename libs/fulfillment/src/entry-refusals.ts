import { withoutSecrets, type QuotableOptions } from './hidden-options.js';
import type { BuiltEntry } from './module-builds.js';
import { wordsOf } from './thrown-words.js';
import { WiringError } from './wiring.error.js';

/** What stops the boot in the name of one entry. */
export class EntryRefusals implements BuiltEntry {
  /** What the plug-in's schema made of the options, from then on. */
  readOptions: unknown;

  constructor(
    private readonly productType: string,
    private readonly fulfiller: string,
    private readonly options: Pick<QuotableOptions, 'written' | 'shown'>,
  ) {}

  because(fact: string): WiringError {
    return new WiringError(this.productType, `its fulfiller "${this.fulfiller}" ${fact}`);
  }

  /** With the words of what was thrown, but without the secrets in them; and without it as the cause, whose words would be logged as they are. */
  quoting(fact: string, thrown: unknown, change = ''): WiringError {
    return this.because(`${fact}: ${withoutSecrets(wordsOf(thrown), { ...this.options, read: this.readOptions })}${change}`);
  }

  failed = (thrown: unknown): WiringError => this.quoting('cannot be built', thrown, '. Repair it, what it calls, or its options.');

  late = (limitMs: number): WiringError => this.because(`was not there after ${limitMs / 1_000} s: a provider of its module awaits something that does not come. Repair it, or what it waits for.`);
}
