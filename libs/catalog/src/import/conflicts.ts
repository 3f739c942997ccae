import type { RowProblem } from './row-problems.js';

/** A row that contradicts another row or the catalog; `other` is the other's line, title or SKUs. */
export interface Conflict {
  readonly line: number;
  readonly kind: 'seat_twice' | 'sku_twice' | 'sku_taken' | 'other_sku' | 'several_skus';
  readonly other: string;
}

const SENTENCES: Readonly<Record<Conflict['kind'], (other: string) => Omit<RowProblem, 'line'>>> = {
  seat_twice: (line) => ({ column: 'mode', message: `the same course and mode stand in line ${line}` }),
  sku_twice: (line) => ({ column: 'sku', message: `the same SKU stands in line ${line}` }),
  sku_taken: (title) => ({ column: 'sku', message: `belongs to another product: ${title}` }),
  other_sku: (skus) => ({ column: 'sku', message: `this course and mode is sold as ${skus}; write that, or leave the SKU empty to keep it` }),
  several_skus: (skus) => ({ column: 'sku', message: `is empty, but this course and mode is sold as ${skus}; write which one is meant` }),
};

export function conflictProblem({ line, kind, other }: Conflict): RowProblem {
  return { line, ...SENTENCES[kind](other) };
}
