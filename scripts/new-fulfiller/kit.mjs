import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { GeneratorError } from './generator-error.mjs';

/** Builds the contract and its conformance suite and packs them, as npm would publish them. @throws {GeneratorError} */
export function packKit(clone, folder, tarball) {
  const kit = join(clone, 'libs/fulfiller-kit');
  const compiler = join(clone, 'node_modules/typescript/bin/tsc');
  if (!existsSync(compiler)) throw new GeneratorError('The packages of this repository are missing, so the contract cannot be built: run `npm ci` first.');
  mkdirSync(folder, { recursive: true });
  run('The build of the contract', process.execPath, [compiler, '-p', join(kit, 'tsconfig.build.json')], kit);
  run('npm pack', 'npm', ['pack', '--ignore-scripts', '--loglevel=error', '--pack-destination', folder], kit);
  if (!existsSync(join(folder, tarball))) throw new GeneratorError(`npm pack did not make ${tarball}.`);
}

function run(what, command, args, cwd) {
  const { status, error, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (error) throw new GeneratorError(`${what} cannot be run (${error.code}).`, { cause: error });
  if (status !== 0) throw new GeneratorError(`${what} failed (exit code ${status}):\n${(stderr || stdout).trim()}`);
}
