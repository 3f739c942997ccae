import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Whether node_modules holds what package-lock.json asks for. npm writes node_modules/.package-lock.json as the last
 * step of an installation, so one that was interrupted, or that left out development packages, does not count.
 */
export function isInstalled(cloneFolder) {
  const installed = join(cloneFolder, 'node_modules', '.package-lock.json');
  if (!existsSync(installed)) return false;
  return satisfiesLock(readPackages(join(cloneFolder, 'package-lock.json')), readPackages(installed));
}

/** Packages for other platforms are optional and absent; every other package must be there, in the locked version. */
export function satisfiesLock(locked, installed) {
  const strangers = Object.keys(installed).filter((path) => !(path in locked));
  return strangers.length === 0 && Object.entries(locked).every(([path, wanted]) => path === '' || isSatisfied(wanted, installed[path]));
}

function isSatisfied(wanted, present) {
  if (present === undefined) return wanted.optional === true || wanted.devOptional === true;
  return present.version === wanted.version && present.integrity === wanted.integrity && present.link === wanted.link;
}

function readPackages(path) {
  return JSON.parse(readFileSync(path, 'utf8')).packages;
}
