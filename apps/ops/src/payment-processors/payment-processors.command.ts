import { parseArgs } from 'node:util';
import { bootSentence } from '#composition';
import { loadPaymentProcessorsConfig, type Environment } from '#config';
import type { InstalledProcessor } from '#payments';
import { CommandError } from '../command-failure.js';
import { refusingWrongOptions } from '../command/arguments.js';
import { EXIT, defineCommand } from '../command/command.js';
import { wirePaymentProcessors } from './payment-processors.context.js';
import { paymentProcessorsText, wiredLine } from './payment-processors.text.js';

/** `npm run ops -- payment-processors` */
export const paymentProcessorsCommand = defineCommand({
  name: 'payment-processors',
  synopsis: '[--check] [--json]',
  summary: 'Shows how orders can be paid: the payment processors and their plug-ins, wired as API and worker would',
  help: `  --check   say only whether it works: what to run before a roll-out
  --json    answer in JSON, with everything there is

Loads every plug-in that PAYMENT_PROCESSORS_FILE names and judges it as a boot does, with its options and the variables that they name.
Needs no database, calls no gateway, and shows no secret. Set the variables that API and worker have.

Exit code 1, with the sentence of the boot, when API and worker would not start like this.
`,
  read: (argv) => refusingWrongOptions(() => parseArgs({ args: [...argv], options: { check: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } } })).values,
  run: async ({ check, json }, { env, stdout }) => {
    const installed = await installedBy(env).catch((error: unknown) => {
      throw new CommandError(bootSentence(error));
    });
    if (json) stdout.write(`${JSON.stringify(check ? { wired: installed.length } : { items: installed })}\n`);
    else stdout.write(check ? wiredLine(installed) : paymentProcessorsText(installed));
    return EXIT.done;
  },
});

async function installedBy(env: Environment): Promise<readonly InstalledProcessor[]> {
  return wirePaymentProcessors(loadPaymentProcessorsConfig(env));
}
