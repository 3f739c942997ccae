import type { Parameters } from 'fast-check';

const SEED = 20_261_122;

/**
 * How long a property test plays, and from which seed: the same each time, unless `PROPERTY_SEED`, `PROPERTY_RUNS` or `PROPERTY_PATH` say otherwise. A failure prints
 * seed and path; `PROPERTY_SHRINK=1` looks for a smaller one as well. What is played is the same then; who is faster is not.
 */
export function propertyOptions<Drawn>(runs: number): Parameters<Drawn> {
  const { PROPERTY_SEED: seed, PROPERTY_RUNS: wanted, PROPERTY_PATH: path, PROPERTY_SHRINK: shrink } = process.env;
  return { seed: Number(seed ?? SEED), numRuns: Number(wanted ?? runs), endOnFailure: shrink === undefined, ...(path !== undefined && { path }) };
}

/** Somebody plays more, fewer or other runs than usual: what they come to is then another thing, too. */
export function isOfAnotherSize(): boolean {
  return ['PROPERTY_SEED', 'PROPERTY_RUNS', 'PROPERTY_PATH'].some((name) => process.env[name] !== undefined);
}
