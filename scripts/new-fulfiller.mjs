/**
 * Writes a product type that works: a fulfiller of this repository, or a package of its own.
 *
 *   npm run new:fulfiller -- <product type> [--package <folder> [--name <package name>]] [--dry-run] [--help]
 *
 * It runs on the machine's own Node (20 or newer), without a database and without a build of the service.
 */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { planBuiltIn } from './new-fulfiller/built-in.mjs';
import { HELP, parseCommandLine } from './new-fulfiller/command-line.mjs';
import { GeneratorError } from './new-fulfiller/generator-error.mjs';
import { planPackage } from './new-fulfiller/package.mjs';

const CLONE = dirname(dirname(fileURLToPath(import.meta.url)));

/** npm runs its scripts in the repository; folders are meant as seen from where the person is. */
function callersFolder(env) {
  return env.npm_lifecycle_event === 'new:fulfiller' && env.INIT_CWD ? env.INIT_CWD : process.cwd();
}

function main(args) {
  const command = parseCommandLine(args);
  if (command.help) return console.log(HELP);
  const plan = command.packageFolder === undefined ? planBuiltIn(command.name, CLONE) : planPackage(command, { clone: CLONE, from: callersFolder(process.env) });
  if (command.dryRun) return console.log(['Would write:', '', ...plan.files.map((file) => `  ${file}`), '', ...plan.alsoWrites].join('\n').trimEnd());
  plan.write();
  console.log([...plan.wrote, '', ...plan.nextSteps].join('\n'));
}

/** What the file system refuses is told in a sentence as well. */
function isForPeople(error) {
  return error instanceof GeneratorError || error.syscall !== undefined;
}

try {
  main(process.argv.slice(2));
} catch (error) {
  console.error(isForPeople(error) ? error.message : error);
  process.exitCode = error.exitCode ?? 1;
}
