import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { isTaken, writeFolder } from './folder.mjs';
import { GeneratorError } from './generator-error.mjs';
import { formsOf } from './names.mjs';
import { filledIn } from './templates.mjs';
import { readTokenMap, replaceFile, withEntry } from './token-map.mjs';

const TOKEN_MAP = 'config/product-types.yaml';

/** A fulfiller in libs/fulfillers with its entry in the token map. @throws {GeneratorError} when there is one already. */
export function planBuiltIn(name, clone) {
  const folder = `libs/fulfillers/src/${name}`;
  const path = join(clone, folder);
  if (isTaken(path)) throw new GeneratorError(`${folder} is there already: choose another name, or delete it first.`);
  const files = filledIn('built-in', formsOf(name));
  const tokenMap = join(clone, TOKEN_MAP);
  const entry = entryOf(name);
  const entered = withEntry(TOKEN_MAP, readTokenMap(tokenMap, TOKEN_MAP), name, entry);
  return {
    files: [...files.keys()].map((file) => `${folder}/${file}`),
    alsoWrites: [`At the end of ${TOKEN_MAP}:`, '', ...entry.trimEnd().split('\n').map((line) => `  ${line}`)],
    wrote: [`Wrote ${folder} (${files.size} files) and the entry ${name} of ${TOKEN_MAP}.`],
    nextSteps: nextSteps(name, folder),
    write: () => write(path, files, { tokenMap, entered }),
  };
}

/** The entry comes last: it is what makes the service look for the folder. */
function write(path, files, { tokenMap, entered }) {
  writeFolder(path, files);
  try {
    replaceFile(tokenMap, entered);
  } catch (error) {
    rmSync(path, { recursive: true });
    throw error;
  }
}

function entryOf(name) {
  const { NAME } = formsOf(name);
  return `${name}:
  fulfiller: ${name}
  options:
    endpoint: "https://${name}.example.com/deliveries"   # your service: POST, GET and DELETE, as ${name}.client.ts calls it
    # apiKey: "\${${NAME}_API_KEY}"   # sent as a bearer token; read from the environment when the service starts
`;
}

function nextSteps(name, folder) {
  return [
    'It delivers by one HTTP call to the endpoint of its entry, and keeps the whole contract:',
    '',
    `  npm test -- ${folder}     lint, types, its unit and conformance tests`,
    '',
    'Then make it yours:',
    '',
    `  1. ${name}.details.ts     what a product of this type says of itself`,
    `  2. ${name}.client.ts      the calls of your service; stub-${name}.ts is its stand-in for the tests`,
    `  3. ${name}-failures.ts    which answer means what for the order line`,
    `  4. ${TOKEN_MAP}   endpoint, maxQuantity, repeatable, retry`,
    '',
    'docs/product-types.md goes on from here: sell it, see it delivered, take it back.',
  ];
}
