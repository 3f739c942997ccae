import { randomUUID } from 'node:crypto';
import { Resubmissions } from '#orders';
import { EXIT, defineCommand } from '../command/command.js';
import type { Surroundings } from '../command/surroundings.js';
import { withOrders } from '../ops.context.js';
import { watchOperation } from './operation.watch.js';
import { HELP, SYNOPSIS, readResubmit, type ResubmitArguments } from './resubmit.arguments.js';
import { operationLine, previewText, seeAgain } from './resubmission.text.js';

/** `npm run ops -- resubmit` */
export const resubmitCommand = defineCommand({
  name: 'resubmit',
  synopsis: SYNOPSIS,
  summary: 'Sends unfinished lines of paid orders again, by a filter; workers do the work',
  help: HELP,
  read: readResubmit,
  run: (wanted, surroundings) => (wanted.dryRun ? preview(wanted, surroundings) : sendAgain(wanted, surroundings)),
});

async function preview({ filter, json }: ResubmitArguments, { env, stdout }: Surroundings): Promise<number> {
  const found = await withOrders(env, (app) => app.get(Resubmissions).preview(filter));
  stdout.write(json ? `${JSON.stringify({ dryRun: true, ...found })}\n` : previewText(found));
  return EXIT.done;
}

function sendAgain({ filter, actor, reason, refreshDetails, all: confirm, wait, json }: ResubmitArguments, surroundings: Surroundings): Promise<number> {
  const { env, stdout, stderr } = surroundings;
  return withOrders(env, async (app) => {
    // Each call of the command is a wish of its own: nothing repeats it by itself.
    const { operation } = await app.get(Resubmissions).create({ filter, actor, reason, refreshDetails, confirm, idempotencyKey: randomUUID(), fingerprint: 'cli' });
    if (wait) return watchOperation(app, operation, { json, stdout, stderr });
    stdout.write(json ? `${JSON.stringify(operation)}\n` : operationLine(operation) + seeAgain(operation));
    return EXIT.done;
  });
}
