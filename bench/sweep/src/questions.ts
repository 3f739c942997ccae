import { BATCH_SIZE } from '../../../libs/scheduler/src/sweep/source-sweep.js';
import { BACKLOG } from '../../../libs/orders/src/statements/backlog.statement.js';
import { FIND_DUE } from '../../../libs/orders/src/statements/due.statement.js';
import { boardStatement } from '../../../libs/orders/src/statements/failure-board.statement.js';

/** A statement of the product that is asked again and again, with the values it is asked with. */
export interface Question {
  readonly name: string;
  readonly text: string;
  readonly values: readonly unknown[];
  /** Kept prepared by the product; null: planned each time. */
  readonly preparedAs: string | null;
}

const BOARD = boardStatement({}, 100);

export const QUESTIONS: readonly Question[] = [
  { name: 'sweep: what is due', text: FIND_DUE.text, values: [BATCH_SIZE, []], preparedAs: 'find_due' },
  { name: 'metrics: the backlog', text: BACKLOG.text, values: [], preparedAs: 'backlog' },
  { name: 'operators: the failures', text: BOARD.sql, values: BOARD.values, preparedAs: null },
];
