import { catalogCommand } from './catalog/catalog.command.js';
import { EXIT, asksForHelp, type Command } from './command/command.js';
import { printable } from './command/printable.js';
import type { Surroundings } from './command/surroundings.js';
import { doctorCommand } from './doctor/doctor.command.js';
import { failuresCommand } from './failures/failures.command.js';
import { orderCommand } from './order/order.command.js';
import { paymentEventsCommand } from './payment-events/payment-events.command.js';
import { paymentProcessorsCommand } from './payment-processors/payment-processors.command.js';
import { productTypesCommand } from './product-types/product-types.command.js';
import { reconcileCommand } from './reconcile/reconcile.command.js';
import { refundsCommand } from './refunds/refunds.command.js';
import { resubmissionsCommand } from './resubmit/resubmissions.command.js';
import { resubmitCommand } from './resubmit/resubmit.command.js';
import { rolloutCommand } from './rollout/rollout.command.js';

/** Every command, in the order in which they are listed. A new one is a file and a row here. */
export const COMMANDS: readonly Command[] = [failuresCommand, resubmitCommand, resubmissionsCommand, orderCommand, catalogCommand, rolloutCommand, productTypesCommand, paymentEventsCommand, paymentProcessorsCommand, reconcileCommand, refundsCommand, doctorCommand];

/** `npm run ops`. Answers the exit code. */
export async function opsCommand({ argv, ...surroundings }: Surroundings): Promise<number> {
  const [name, ...rest] = argv;
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (command) return command.execute({ ...surroundings, argv: rest });
  if (asksForHelp(argv)) {
    surroundings.stdout.write(usage());
    return EXIT.done;
  }
  surroundings.stderr.write(`${name === undefined ? 'Say what to do.' : printable(`There is no command ${JSON.stringify(name)}.`)}\n\n${usage()}`);
  return EXIT.wrongArguments;
}

function usage(): string {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length));
  const list = COMMANDS.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}\n`).join('');
  return `Usage: npm run ops -- <command> [options]

${list}
  <command> --help   says more of one of them

DATABASE_URL names the database. With --json, answers are one line of JSON on stdout; "npm run --silent ops -- ..." leaves npm's own lines out.
Exit codes: 0 done, 1 failed or not well, 2 wrong arguments, 130 interrupted.
`;
}
