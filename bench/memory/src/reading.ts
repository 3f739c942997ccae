/** The memory of a process at one moment, in bytes. */
export interface Reading {
  /** Lines that it had delivered. */
  readonly lines: number;
  /** What it holds of the machine's memory, as an operator sees it. */
  readonly residentBytes: number;
  /** JavaScript's heap after all garbage was collected. */
  readonly heapBytes: number;
}

export const MEASURES = ['residentBytes', 'heapBytes'] as const;
export type Measure = (typeof MEASURES)[number];

/** One figure without labels of its own, out of Prometheus's text. @throws {Error} when it is not there. */
export function figure(text: string, name: string): number {
  const value = new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'm').exec(text)?.[1];
  if (value === undefined) throw new Error(`The worker shows no ${name}.`);
  return Number(value);
}

/** How a measure moved from a moment on, as fractions of what it was then: 0.02 is two percent more. */
export interface Drift {
  readonly least: number;
  readonly most: number;
  readonly last: number;
}

/** From the first reading with so many lines on. */
export function drift(readings: readonly Reading[], measure: Measure, fromLines: number): Drift {
  const warm = readings.filter(({ lines }) => lines >= fromLines).map((reading) => reading[measure]);
  const first = warm[0] ?? NaN;
  const changes = warm.map((bytes) => bytes / first - 1);
  return { least: Math.min(...changes), most: Math.max(...changes), last: changes.at(-1) ?? NaN };
}
