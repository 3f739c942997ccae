import { parseArgs } from 'node:util';
import { GeneratorError } from './generator-error.mjs';
import { checkedName } from './names.mjs';

export const HELP = `Usage: npm run new:fulfiller -- <product type> [options]

Writes a product type that works and is tested: what delivers it, its tests with the conformance suite, and its entry in the token map.

  npm run new:fulfiller -- mentoring                                   in libs/fulfillers, with its entry in config/product-types.yaml
  npm run new:fulfiller -- mentoring --package ../acme-mentoring       a package of its own outside this repository, in plain JavaScript

  --package <folder>   where to write the package: a folder that does not exist, or is empty
  --name <name>        the package's name, e.g. @acme/mentoring-fulfiller (default: the folder's)
  --dry-run            shows what would be written, and writes nothing
  --help               shows this`;

const WRONG_USE = { exitCode: 2 };

/** Reads the arguments. @throws {GeneratorError} */
export function parseCommandLine(args) {
  const { values, positionals } = parsed(args);
  if (values.help) return { help: true };
  if (positionals.length !== 1) {
    const said = positionals.length === 0 ? 'Say how the product type is called' : 'Name one product type, not several';
    throw new GeneratorError(`${said}: npm run new:fulfiller -- mentoring (--help tells more).`, WRONG_USE);
  }
  if (values.name !== undefined && values.package === undefined) throw new GeneratorError('--name belongs to --package: it names the package.', WRONG_USE);
  if (values.package === '') throw new GeneratorError('--package needs a folder: --package ../acme-mentoring', WRONG_USE);
  return { name: checkedName(positionals[0]), packageFolder: values.package, packageName: values.name, dryRun: values['dry-run'] };
}

function parsed(args) {
  const options = { package: { type: 'string' }, name: { type: 'string' }, 'dry-run': { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h' } };
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new GeneratorError(`${error.message.split('. ')[0]}. See npm run new:fulfiller -- --help.`, WRONG_USE);
  }
}
