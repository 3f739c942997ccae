import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { findPackage, isFolder, packageEntry, packageOf, readPackage } from './package-entry.js';

/** Where the name of a fulfiller leads. */
export interface FulfillerLocation {
  readonly source: 'built-in' | 'package' | 'path';
  /** To be imported. */
  readonly specifier: string;
  /** Of its package; null where that says none. Built-in ones have the service's. */
  readonly version: string | null;
}

const PATH = /^\.{0,2}\//;
const FOLDER_NAME = /^[a-z][a-z0-9-]*$/;
const PACKAGE = /^(?<name>(@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*)(?<part>(\/(?!\.{1,2}(\/|$))[^/\\%?#]+)*)$/i;
const WHAT_TO_NAME = 'Name a folder of libs/fulfillers, an installed package, or a path that starts with ./ (seen from the token map).';

/**
 * Finds a fulfiller without loading it. Of a built-in folder and a package with the same name the folder wins; a package is looked for
 * from the folder of the token map first, and then from the service's own.
 *
 * @throws {Error} with a sentence that says what to change.
 */
export function locateFulfiller(name: string, baseUrl: string): FulfillerLocation {
  if (PATH.test(name)) return onPath(name, baseUrl);
  if (isBuiltIn(name)) return { source: 'built-in', specifier: `#fulfillers/${name}`, version: versionAt(fileURLToPath(import.meta.url)) };
  const { name: packageName, part } = PACKAGE.exec(name)?.groups ?? {};
  if (packageName === undefined) throw new Error(`that is neither a path nor the name of a package. ${WHAT_TO_NAME}`);
  const folders = [baseUrl, import.meta.url].map((url) => dirname(fileURLToPath(url)));
  const found = folders.map((folder) => findPackage(packageName, folder)).find((each) => each !== null);
  if (!found) throw new Error(`no package of this name is installed for ${folders[0]}, nor for the service itself. ${WHAT_TO_NAME}`);
  const file = existing(packageEntry(found, part === undefined || part === '' ? '.' : `.${part as `/${string}`}`));
  return { source: 'package', specifier: pathToFileURL(file).href, version: text(found.manifest.version) };
}

function onPath(name: string, baseUrl: string): FulfillerLocation {
  const path = resolve(dirname(fileURLToPath(baseUrl)), name);
  const folder = isFolder(path) ? (readPackage(path) ?? { folder: path, manifest: {} }) : null;
  const file = existing(folder ? packageEntry(folder, '.') : path);
  return { source: 'path', specifier: pathToFileURL(file).href, version: versionAt(file) };
}

function existing(file: string): string {
  if (existsSync(file) && !isFolder(file)) return file;
  throw new Error(`there is no file ${file}: build or install it, or name another one. ${WHAT_TO_NAME}`);
}

function isBuiltIn(name: string): boolean {
  return FOLDER_NAME.test(name) && existsSync(new URL(`../../fulfillers/src/${name}/`, import.meta.url));
}

function versionAt(file: string): string | null {
  return text(packageOf(file)?.manifest.version);
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
