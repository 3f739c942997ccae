import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { StartError } from './start-error.js';

/** The root of this clone: the nearest folder above with a `package-lock.json`. The same from the sources and from `dist`. */
export function cloneFolder(from: string = import.meta.dirname): string {
  if (existsSync(join(from, 'package-lock.json'))) return from;
  const parent = dirname(from);
  if (parent === from) throw new StartError('package-lock.json is missing above this program: start it inside a clone of the repository.');
  return cloneFolder(parent);
}
