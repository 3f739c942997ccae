import { parseArgs } from 'node:util';
import { ResubmissionReader, type ResubmissionOperation } from '#orders';
import { z } from 'zod';
import { atMostOne, checked, refusingWrongOptions } from '../command/arguments.js';
import { EXIT, defineCommand } from '../command/command.js';
import type { Surroundings } from '../command/surroundings.js';
import { table, type Column } from '../command/table.js';
import { moment } from '../command/time.js';
import { withOrders } from '../ops.context.js';
import { watchOperation } from './operation.watch.js';
import { operationLine, progressText } from './resubmission.text.js';

const LIST_LENGTH = 20;

interface ResubmissionsArguments {
  /** Null: list them. */
  readonly id: string | null;
  readonly wait: boolean;
  readonly json: boolean;
}

const COLUMNS: readonly Column<ResubmissionOperation>[] = [
  { title: 'id', cell: ({ id }) => id },
  { title: 'created', cell: ({ createdAt }) => moment(createdAt) },
  { title: 'lines', cell: ({ lineCount }) => lineCount },
  { title: 'by', cell: ({ actor }) => actor },
  { title: 'filter', cell: ({ filter }) => Object.entries(filter).map(([key, value]) => `${key}=${String(value)}`).join(' ') },
  { title: 'reason', cell: ({ reason }) => reason },
];

/** `npm run ops -- resubmissions` */
export const resubmissionsCommand = defineCommand<ResubmissionsArguments>({
  name: 'resubmissions',
  synopsis: '[id] [--wait] [--json]',
  summary: 'Shows one resubmission and what came of its lines, or lists the newest',
  help: `  --wait   go on showing until each line has had its turn
  --json   answer in JSON
`,
  read: (argv) => {
    const options = { wait: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } } as const;
    const { values, positionals } = refusingWrongOptions(() => parseArgs({ args: [...argv], allowPositionals: true, options }));
    const id = atMostOne(positionals);
    return { ...values, id: id === undefined ? null : checked('The id', z.uuid('must be the id of a resubmission'), id) };
  },
  run: ({ id, ...how }, surroundings) => (id === null ? list(how.json, surroundings) : show(id, how, surroundings)),
});

async function list(json: boolean, { env, stdout }: Surroundings): Promise<number> {
  const { items } = await withOrders(env, (app) => app.get(ResubmissionReader).list(LIST_LENGTH, null));
  const text = items.length === 0 ? 'There is no resubmission.\n' : table(COLUMNS, items);
  stdout.write(json ? `${JSON.stringify({ items })}\n` : text);
  return EXIT.done;
}

function show(id: string, { wait, json }: Omit<ResubmissionsArguments, 'id'>, { env, stdout, stderr }: Surroundings): Promise<number> {
  return withOrders(env, async (app) => {
    const reader = app.get(ResubmissionReader);
    const operation = await reader.byId(id);
    if (wait) return watchOperation(app, operation, { json, stdout, stderr });
    const progress = await reader.progress(id);
    const done = progress.waiting + progress.running === 0;
    stdout.write(json ? `${JSON.stringify({ ...operation, progress, done })}\n` : `${operationLine(operation)}${progressText(progress)}${done ? '' : 'It is not done.\n'}`);
    return EXIT.done;
  });
}
