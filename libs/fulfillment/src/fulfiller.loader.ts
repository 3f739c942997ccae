import { manifestProblem, type FulfillerModule } from '@order-fulfillment/fulfiller-kit';
import { locateFulfiller, type FulfillerLocation } from './fulfiller.location.js';
import { WiringError } from './wiring.error.js';

/** A fulfiller's module, loaded and looked at, and where it came from. */
export interface LoadedFulfiller extends Omit<FulfillerLocation, 'specifier'> {
  readonly module: FulfillerModule;
}

const LOAD_LIMIT_MS = 10_000;

/**
 * Loads the module that delivers a product type. Built-in folders, packages and paths are loaded alike, ES modules and CommonJS ones.
 *
 * @throws {WiringError}
 */
export async function loadFulfillerModule(productType: string, name: string, baseUrl: string, limitMs = LOAD_LIMIT_MS): Promise<LoadedFulfiller> {
  const { specifier, source, version } = located(productType, name, baseUrl);
  const module = checkedModule(productType, name, await imported(productType, name, () => loaded(specifier, limitMs)));
  return { module, source, version };
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
    throw new WiringError(productType, `its fulfiller "${name}" cannot be loaded: ${wordsOf(cause)}. Repair it, install what it needs beside it, or name another one.`, { cause });
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

function checkedModule(productType: string, name: string, exported: unknown): FulfillerModule {
  const candidate = member(exported, 'default');
  // What TypeScript makes of a default export for CommonJS is a member of what Node takes for the default.
  const module = [candidate, member(candidate, 'default')].find(isModuleClass);
  if (!module) throw new WiringError(productType, `its fulfiller "${name}" has no module: export by default a class with the static members manifest and register.`);
  const problem = manifestProblem(module.manifest as unknown as Record<string, unknown>);
  if (problem !== null) throw new WiringError(productType, `its fulfiller "${name}" ${problem}.`);
  return module;
}

function isModuleClass(candidate: unknown): candidate is FulfillerModule {
  const manifest = member(candidate, 'manifest');
  return typeof candidate === 'function' && typeof manifest === 'object' && manifest !== null && typeof member(candidate, 'register') === 'function';
}

function member(value: unknown, name: string): unknown {
  return (typeof value === 'object' || typeof value === 'function') && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** The words of whatever was thrown. */
export function wordsOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
