import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { moduleResolve } from 'import-meta-resolve';
import type { PlugInKind } from './plug-in.kind.js';
import { wordsOf } from './thrown-words.js';

/** Where the name of a plug-in leads. */
export interface PlugInLocation {
  readonly source: 'built-in' | 'package' | 'path';
  /** Imports it. */
  readonly load: () => Promise<unknown>;
  /** Of its package; null where that says none. Built-in ones have the service's. */
  readonly version: string | null;
}

const PATH = /^\.{0,2}\//;
const PACKAGE = /^(@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*(\/(?!\.{1,2}(\/|$))[^/\\%?#]+)*$/i;
/** The conditions of an import by Node. A package that has only a `require` is taken by that. */
const CONDITIONS = [new Set(['node', 'import', 'module-sync']), new Set(['node', 'require'])];

/**
 * Finds a plug-in without loading it. Of a built-in one and a package with the same name the built-in one wins; a package is looked for
 * from the folder of the map first, and then from the service's own.
 *
 * @throws {Error} with a sentence that says what to change.
 */
export function locatePlugIn(kind: PlugInKind, name: string, baseUrl: string): PlugInLocation {
  const advice = `Name ${kind.builtIn.words}, an installed package, or a path that starts with ./ (seen from ${kind.map}).`;
  if (PATH.test(name)) return located('path', resolve(dirname(fileURLToPath(baseUrl)), name), advice);
  if (kind.builtIn.has(name)) return { source: 'built-in', load: () => kind.builtIn.load(name), version: versionOf(fileURLToPath(import.meta.url)) };
  if (!PACKAGE.test(name)) throw new Error(`that is neither a path nor the name of a package. ${advice}`);
  return located('package', fileURLToPath(inPackages(name, baseUrl, advice)), advice);
}

/** Node itself takes no place to start from, so its own rules are asked for by a library. */
function inPackages(name: string, baseUrl: string, advice: string): URL {
  for (const parent of [baseUrl, import.meta.url]) {
    for (const conditions of CONDITIONS) {
      try {
        const found = moduleResolve(name, new URL(parent), conditions, true);
        if (found.protocol === 'file:') return found;
      } catch (error) {
        if (isMissing(error) || conditions !== CONDITIONS.at(-1)) continue;
        throw new Error(`${wordsOf(error)}. Build or install it, or name another one. ${advice}`, { cause: error });
      }
    }
  }
  throw new Error(`no package of this name is installed for ${dirname(fileURLToPath(baseUrl))}, nor for the service itself. ${advice}`);
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND' && error.message.startsWith('Cannot find package');
}

function located(source: 'package' | 'path', file: string, advice: string): PlugInLocation {
  const facts = statSync(file, { throwIfNoEntry: false });
  if (facts?.isDirectory()) throw new Error(`${file} is a folder: name the file in it that is the plug-in. ${advice}`);
  if (!facts) throw new Error(`there is no file ${file}: build or install it, or name another one. ${advice}`);
  return { source, load: () => import(pathToFileURL(file).href), version: versionOf(file) };
}

/** The version of the package that a file belongs to. */
function versionOf(file: string): string | null {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest)) return versionIn(manifest);
    if (folder === dirname(folder)) return null;
  }
}

/** A broken one says none: where Node needs it to load the plug-in, Node names it. */
function versionIn(manifest: string): string | null {
  try {
    const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version?: unknown };
    return typeof version === 'string' ? version : null;
  } catch {
    return null;
  }
}
