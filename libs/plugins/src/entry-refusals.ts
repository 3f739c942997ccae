import { withoutSecrets, type QuotableOptions } from './hidden-options.js';
import type { BuiltEntry } from './module-builds.js';
import type { PlugInKind } from './plug-in.kind.js';
import { wordsOf } from './thrown-words.js';
import { WiringError } from './wiring.error.js';

/** One entry of a map, and the plug-in that it names. */
export interface NamedEntry {
  readonly kind: PlugInKind;
  readonly name: string;
  /** As the map names it. */
  readonly plugIn: string;
}

/** What stops the boot in the name of one entry. */
export class EntryRefusals implements BuiltEntry {
  /** What the plug-in's schema made of the options, from then on. */
  readOptions: unknown;

  constructor(
    private readonly entry: NamedEntry,
    private readonly options: Pick<QuotableOptions, 'written' | 'shown'>,
  ) {}

  because(fact: string): WiringError {
    return refusal(this.entry, fact);
  }

  /** With the words of what was thrown, but without the secrets in them; and without it as the cause, whose words would be logged as they are. */
  quoting(fact: string, thrown: unknown, change = ''): WiringError {
    return this.because(`${fact}: ${withoutSecrets(wordsOf(thrown), { ...this.options, read: this.readOptions })}${change}`);
  }

  /** What the work returns. @throws {WiringError} quoting what it throws. */
  attempt<Result>(work: () => Result, fact: string, change?: string): Result {
    try {
      return work();
    } catch (thrown) {
      throw this.quoting(fact, thrown, change);
    }
  }

  failed = (thrown: unknown): WiringError => this.quoting('cannot be built', thrown, '. Repair it, what it calls, or its options.');

  late = (limitMs: number): WiringError => this.because(`was not there after ${limitMs / 1_000} s: a provider of its module awaits something that does not come. Repair it, or what it waits for.`);
}

/** A sentence about the plug-in of an entry. */
export function refusal({ kind, name, plugIn }: NamedEntry, fact: string, options?: ErrorOptions): WiringError {
  return new WiringError(`${kind.entry} "${name}"`, `its ${kind.plugIn} "${plugIn}" ${fact}`, options);
}
