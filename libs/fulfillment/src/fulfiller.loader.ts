import { locateFulfiller, type FulfillerLocation } from './fulfiller.location.js';
import { lookAt, type LookedAtModule } from './module-look.js';
import { stackOf, wordsOf } from './thrown-words.js';
import { WiringError } from './wiring.error.js';

/** A fulfiller's module, loaded and looked at, and where it came from. */
export interface LoadedFulfiller extends Omit<FulfillerLocation, 'specifier'>, LookedAtModule {}

const LOAD_LIMIT_MS = 10_000;

/**
 * Loads the module that delivers a product type. Built-in folders, packages and paths are loaded alike, ES modules and CommonJS ones.
 *
 * @throws {WiringError}
 */
export async function loadFulfillerModule(productType: string, name: string, baseUrl: string, limitMs = LOAD_LIMIT_MS): Promise<LoadedFulfiller> {
  const { specifier, source, version } = located(productType, name, baseUrl);
  const look = lookAt(await imported(productType, name, () => loaded(specifier, limitMs)));
  if (typeof look === 'string') throw new WiringError(productType, `its fulfiller "${name}" ${look}.`);
  return { ...look, source, version };
}

function located(productType: string, name: string, baseUrl: string): FulfillerLocation {
  try {
    return locateFulfiller(name, baseUrl);
  } catch (cause) {
    throw new WiringError(productType, `its fulfiller "${name}" cannot be loaded: ${wordsOf(cause)}`, { cause });
  }
}

async function imported(productType: string, name: string, load: () => Promise<unknown>): Promise<unknown> {
  try {
    return await load();
  } catch (cause) {
    throw new WiringError(productType, `its fulfiller "${name}" cannot be loaded: ${wordsOf(cause)}. Repair it, install what it needs beside it, or name another one.`, { cause: logged(cause) });
  }
}

/** A module may wait for something before it is there. Without the limit the program would wait as well, or end without a word. */
async function loaded(specifier: string, limitMs: number): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => (timer = setTimeout(() => reject(new Error(`it was not there after ${limitMs / 1_000} s: its file awaits something that does not come`)), limitMs)));
  try {
    return await Promise.race([import(specifier), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** What was thrown, as an error that can be read: a log reads each of its members. */
function logged(thrown: unknown): Error {
  return Object.assign(new Error(wordsOf(thrown)), { stack: stackOf(thrown) });
}
