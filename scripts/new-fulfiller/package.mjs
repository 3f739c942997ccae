import { readFileSync, readdirSync, realpathSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { isTaken, writeFolder } from './folder.mjs';
import { GeneratorError } from './generator-error.mjs';
import { packKit } from './kit.mjs';
import { checkedPackageName, formsOf } from './names.mjs';
import { filledIn } from './templates.mjs';

/** A fulfiller as a package of its own, with the contract packed beside it. @throws {GeneratorError} */
export function planPackage({ name, packageFolder, packageName }, { clone, from }) {
  const path = resolve(from, packageFolder);
  if (isInside(path, clone)) throw new GeneratorError(`${packageFolder} lies in this repository: a package of its own lives outside it, for example in ../${basename(path)}.`);
  if (isTaken(path)) throw new GeneratorError(`${packageFolder} is there already and not empty: choose another folder.`);
  const npmName = checkedPackageName(packageName ?? basename(path), readdirSync(join(clone, 'libs/fulfillers/src')));
  const values = valuesOf({ name, npmName, path, clone });
  const files = filledIn('package', values);
  const vendor = `vendor/${values.kitTarball}`;
  return {
    files: [...files.keys(), vendor].sort().map((file) => `${packageFolder}/${file}`.replaceAll('//', '/')),
    alsoWrites: [],
    wrote: [`Wrote the package ${npmName} to ${packageFolder} (${files.size} files, and the contract in ${vendor}).`],
    nextSteps: nextSteps(packageFolder),
    write: () => writeFolder(path, files, (draft) => packKit(clone, join(draft, 'vendor'), values.kitTarball)),
  };
}

function valuesOf({ name, npmName, path, clone }) {
  const { version: kitVersion } = readJson(join(clone, 'libs/fulfiller-kit/package.json'));
  const { dependencies } = readJson(join(clone, 'package.json'));
  return {
    ...formsOf(name),
    package: npmName,
    packageTarball: tarballOf(npmName, '1.0.0'),
    folderName: basename(path),
    zodVersion: dependencies.zod,
    kitVersion,
    kitTarball: tarballOf('@order-fulfillment/fulfiller-kit', kitVersion),
  };
}

/** As `npm pack` calls it. */
function tarballOf(npmName, version) {
  return `${npmName.replace('@', '').replace('/', '-')}-${version}.tgz`;
}

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

/** Looks through symbolic links, as far as the path exists. */
function isInside(path, folder) {
  const way = relative(realpathSync(folder), existingPart(path));
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`));
}

function existingPart(path) {
  try {
    return realpathSync(path);
  } catch {
    return join(existingPart(dirname(path)), basename(path));
  }
}

function nextSteps(folder) {
  return [
    `  cd ${folder}`,
    '  npm install && npm test     the conformance suite and its own tests; no service, no database',
    '',
    'It delivers by one HTTP call to the endpoint of its entry. README.md says what to change, and how to install it beside a token map.',
  ];
}
