import { isDatabaseAway } from '#orders';
import { describeFailure, isSchemaOutdated } from '../command-failure.js';

/** `skipped`: it could not be looked at, because of something that another check tells, or there is nothing to look at. */
export const VERDICTS = ['ok', 'warn', 'fail', 'skipped'] as const;
export type Verdict = (typeof VERDICTS)[number];

export interface Finding {
  readonly verdict: Verdict;
  /** What was found, as a sentence. */
  readonly fact: string;
  /** What to do about it; null: nothing. */
  readonly advice: string | null;
}

/** One thing that is looked at. What `look` throws is a failure, told by its own words. */
export interface Check {
  readonly name: string;
  readonly look: () => Promise<Finding>;
}

export interface Diagnosis extends Finding {
  readonly name: string;
}

export const ok = (fact: string): Finding => ({ verdict: 'ok', fact, advice: null });
export const warn = (fact: string, advice: string): Finding => ({ verdict: 'warn', fact, advice });
export const fail = (fact: string, advice: string): Finding => ({ verdict: 'fail', fact, advice });
export const skipped = (why: string): Finding => ({ verdict: 'skipped', fact: `Not looked at: ${why}.`, advice: null });

/** Makes all checks at once. One that fails, or is not done in time, keeps no other. Never throws. */
export async function runChecks(checks: readonly Check[], limitMs: number): Promise<Diagnosis[]> {
  return Promise.all(checks.map(async ({ name, look }) => ({ name, ...(await found(look, limitMs)) })));
}

/** A look that needs the database: where that is away, or too old, another check says so. */
export function onDatabase(look: () => Promise<Finding>): () => Promise<Finding> {
  return async () => {
    try {
      return await look();
    } catch (error) {
      if (isSchemaOutdated(error)) return skipped('the database lacks migrations');
      if (isNoWayIn(error)) return skipped('the database cannot be reached');
      throw error;
    }
  };
}

/** SQLSTATE class 28 (wrong user or password), and a database that does not exist. */
const REFUSED = /^28...$|^3D000$/;

/** What node-postgres says, without a code, when a connection of its own is late. */
const LATE = /^timeout expired$|^Query read timeout$/;

/** Whether the database did not let us in at all. */
export function isNoWayIn(error: unknown): boolean {
  return isDatabaseAway(error) || (error instanceof Error && LATE.test(error.message)) || (error instanceof Error && 'code' in error && typeof error.code === 'string' && REFUSED.test(error.code));
}

async function found(look: () => Promise<Finding>, limitMs: number): Promise<Finding> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Finding>((resolve) => {
    timer = setTimeout(() => resolve(fail(`No answer within ${limitMs / 1_000} s.`, 'It hangs, or the network drops what is sent to it: look at it from this machine.')), limitMs);
  });
  try {
    return await Promise.race([look(), late]);
  } catch (error) {
    return fail(describeFailure(error).split('\n    at ')[0] ?? '', 'This was not expected: see what the sentence says.');
  } finally {
    clearTimeout(timer);
  }
}
