import { aligned } from '../../kit/src/table.js';
import { MEASURES, drift, type Drift, type Measure, type Reading } from './reading.js';

const MIB = 2 ** 20;
const NAMES: Readonly<Record<Measure, string>> = { residentBytes: 'resident', heapBytes: 'heap after a collection' };

/** Every reading, and how far each measure moved once the worker was warm. */
export function figures(readings: readonly Reading[], warmLines: number): string {
  const rows = readings.map(({ lines, ...reading }) => [String(lines), ...MEASURES.map((measure) => (reading[measure] / MIB).toFixed(1))]);
  const sentences = MEASURES.map((measure) => `${NAMES[measure]}: ${sentence(drift(readings, measure, warmLines))}`);
  return [aligned([['lines', 'resident MiB', 'heap MiB'], ...rows]), '', `against the reading at ${warmLines} lines`, ...sentences].join('\n');
}

function sentence({ least, most, last }: Drift): string {
  return `${percent(least)} to ${percent(most)}, ${percent(last)} at the end`;
}

function percent(fraction: number): string {
  return `${fraction < 0 ? '' : '+'}${(100 * fraction).toFixed(1)} %`;
}
