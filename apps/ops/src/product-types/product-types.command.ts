import { parseArgs } from 'node:util';
import { bootSentence, readTokenMap } from '#composition';
import { loadTokenMapConfig, type Environment } from '#config';
import { FulfillerRegistry, InstalledProductTypes, checkLease, type InstalledProductType } from '#fulfillment';
import { CommandError } from '../command-failure.js';
import { refusingWrongOptions } from '../command/arguments.js';
import { EXIT, defineCommand } from '../command/command.js';
import { productTypesText, wiredLine } from './product-types.text.js';
import { withTokenMap } from './token-map.context.js';

/** `npm run ops -- product-types` */
export const productTypesCommand = defineCommand({
  name: 'product-types',
  synopsis: '[--check] [--json]',
  summary: 'Shows the product types of the token map and their plug-ins, wired as API and worker would',
  help: `  --check   say only whether it works: what to run before a roll-out
  --json    answer in JSON, with everything there is

Loads every plug-in that PRODUCT_TYPES_FILE names and judges it as a boot does, with its options and the variables that they name.
Needs no database, calls nobody, and shows no secret. Set the variables that API and worker have.

Exit code 1, with the sentence of the boot, when API and worker would not start like this.
`,
  read: (argv) => refusingWrongOptions(() => parseArgs({ args: [...argv], options: { check: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } } })).values,
  run: async ({ check, json }, { env, stdout }) => {
    const installed = await installedBy(env).catch((error: unknown) => {
      throw new CommandError(bootSentence(error));
    });
    if (json) stdout.write(`${JSON.stringify(check ? { wired: installed.length } : { items: installed })}\n`);
    else stdout.write(check ? wiredLine(installed) : productTypesText(installed));
    return EXIT.done;
  },
});

async function installedBy(env: Environment): Promise<readonly InstalledProductType[]> {
  const config = loadTokenMapConfig(env);
  const { tokenMap } = await readTokenMap(config);
  return withTokenMap(tokenMap, config.lmsTimeoutMs, (app) => {
    checkLease(app.get(FulfillerRegistry), { deadlineMs: config.checkoutDeadlineMs, leaseMs: config.fulfillmentLeaseMs });
    return app.get(InstalledProductTypes).list;
  });
}
