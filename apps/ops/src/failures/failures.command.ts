import { parseArgs } from 'node:util';
import { FailureBoard } from '#orders';
import { refusingWrongOptions } from '../command/arguments.js';
import { EXIT, defineCommand } from '../command/command.js';
import { BOARD_OPTIONS, readFilter } from '../filter/line-filter.js';
import { withOrders } from '../ops.context.js';
import { boardText } from './failures.text.js';

/** `npm run ops -- failures` */
export const failuresCommand = defineCommand({
  name: 'failures',
  synopsis: '[--kind K] [--type T] [--course C] [--json]',
  summary: 'Counts what is unfinished, by kind of failure, product type, course and age',
  help: `  --kind K     only this kind of failure; none: not tried yet
  --type T     only this product type
  --course C   only this course run
  --json       answer in JSON
`,
  read: (argv) => {
    const { json = false, ...filters } = refusingWrongOptions(() => parseArgs({ args: [...argv], options: { ...BOARD_OPTIONS, json: { type: 'boolean' } } })).values;
    const { failureKind, productType, courseId } = readFilter(filters);
    return { filter: { failureKind, productType, courseId }, json };
  },
  run: async ({ filter, json }, { env, stdout }) => {
    const board = await withOrders(env, (app) => app.get(FailureBoard).view(filter));
    stdout.write(json ? `${JSON.stringify(board)}\n` : boardText(board, new Date()));
    return EXIT.done;
  },
});
