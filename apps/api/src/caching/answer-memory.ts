import type { PublicAnswer } from './public-answer.js';

export interface MemoryLimits {
  /** How long an answer is given without a question to the database. */
  readonly trustMs: number;
  /** How long an answer is kept at all: by then it is read anew, whatever its version. */
  readonly keepMs: number;
  /** What all bodies together may take, in characters. */
  readonly mostCharacters: number;
}

/** An answer, and the version of what it was read from. */
export interface VersionedAnswer<Version> {
  readonly answer: PublicAnswer;
  readonly version: Version;
}

/** Reads an answer, or finds out that the known version is still the newest. */
export type ReadAnswer<Version> = (known: Version | undefined) => Promise<VersionedAnswer<Version> | 'unchanged'>;

interface Kept<Version> extends VersionedAnswer<Version> {
  readonly keepUntilMs: number;
}

/** Keeps finished answers of this process: for a moment as they are, and longer for as long as their version is the newest. */
export class AnswerMemory<Version> {
  private readonly answers = new Map<string, Kept<Version>>();
  private readonly underWay = new Map<string, Promise<PublicAnswer>>();
  private characters = 0;

  constructor(private readonly limits: MemoryLimits) {}

  /** The answer, if it needs no question. */
  peek(key: string, nowMs = performance.now()): PublicAnswer | undefined {
    const answer = this.answers.get(key)?.answer;
    return answer !== undefined && nowMs < answer.readAtMs + this.limits.trustMs && nowMs < answer.changesAtMs ? answer : undefined;
  }

  /** Whether there was an answer before. */
  has(key: string): boolean {
    return this.answers.has(key);
  }

  /** The answer. Whoever asks for the same one meanwhile shares the question, unless something was written here in between. */
  get(key: string, read: ReadAnswer<Version>): Promise<PublicAnswer> {
    const answer = this.peek(key);
    if (answer) return Promise.resolve(answer);
    const running = this.underWay.get(key) ?? this.refresh(key, read);
    this.underWay.set(key, running);
    return running;
  }

  /** Forgets everything, also what is being read just now: something was written. */
  clear(): void {
    this.answers.clear();
    this.underWay.clear();
    this.characters = 0;
  }

  private refresh(key: string, read: ReadAnswer<Version>): Promise<PublicAnswer> {
    const askedAtMs = performance.now();
    const known = this.checkable(key, askedAtMs);
    const refreshed = read(known?.version).then((found) => {
      const kept = found === 'unchanged' ? known && { ...known, answer: known.answer.foundUnchanged(askedAtMs) } : { ...found, keepUntilMs: askedAtMs + this.limits.keepMs };
      if (!kept) throw new Error('Nothing was known that could be unchanged.');
      if (isNewest()) this.keep(key, kept);
      return kept.answer;
    });
    const isNewest = () => this.underWay.get(key) === refreshed;
    refreshed.catch(() => undefined).finally(() => isNewest() && this.underWay.delete(key));
    return refreshed;
  }

  /** What may be given again if its version is still the newest. */
  private checkable(key: string, nowMs: number): Kept<Version> | undefined {
    const kept = this.answers.get(key);
    return kept && nowMs < kept.keepUntilMs && nowMs < kept.answer.changesAtMs ? kept : undefined;
  }

  private keep(key: string, kept: Kept<Version>): void {
    this.drop(key);
    this.answers.set(key, kept);
    this.characters += kept.answer.body.length;
    // A map gives its oldest entries first.
    for (const oldest of this.answers.keys()) {
      if (this.characters <= this.limits.mostCharacters) return;
      this.drop(oldest);
    }
  }

  private drop(key: string): void {
    this.characters -= this.answers.get(key)?.answer.body.length ?? 0;
    this.answers.delete(key);
  }
}
