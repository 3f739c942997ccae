import { median } from '../../kit/src/statistics.js';
import { aligned } from '../../kit/src/table.js';
import type { Figures } from './measure.js';
import type { SweepOptions } from './options.js';

/** The figures as a table for people. */
export function table(figures: readonly Figures[], { fewOrders, manyOrders }: Pick<SweepOptions, 'fewOrders' | 'manyOrders'>): string {
  const headings = ['statement', `${fewOrders} orders ms`, `${manyOrders} orders ms`, 'ratio', 'of rounds'];
  const rows = figures.map(({ question, ms, ratios }) => [
    question.name, ms.few.toFixed(2), ms.many.toFixed(2), median(ratios).toFixed(2), `${Math.min(...ratios).toFixed(2)}-${Math.max(...ratios).toFixed(2)}`,
  ]);
  return aligned([headings, ...rows]);
}
