import { CONTRACT_VERSION, type FulfillerModule } from '@order-fulfillment/fulfiller-kit';
import { WiringError } from './wiring.error.js';

const BUILT_IN = /^[a-z][a-z0-9-]*$/;
const PATH = /^\.{0,2}\//;
const NOT_THERE = new Set(['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND', 'ERR_PACKAGE_PATH_NOT_EXPORTED', 'ERR_PACKAGE_IMPORT_NOT_DEFINED']);

/**
 * Loads the module that delivers a product type. Built-in folders and packages are loaded alike; of two with the same
 * name the built-in one wins.
 *
 * @throws {WiringError}
 */
export async function loadFulfillerModule(productType: string, name: string, baseUrl: string): Promise<FulfillerModule> {
  const loaded = await importFirst(productType, name, specifiers(name, baseUrl));
  return checkedModule(productType, name, loaded.default);
}

function specifiers(name: string, baseUrl: string): string[] {
  if (PATH.test(name)) return [new URL(name, baseUrl).href];
  return BUILT_IN.test(name) ? [`#fulfillers/${name}`, name] : [name];
}

async function importFirst(productType: string, name: string, [first, ...others]: string[]): Promise<{ default?: unknown }> {
  try {
    return (await import(first ?? name)) as { default?: unknown };
  } catch (cause) {
    const missing = isMissing(cause);
    if (missing && others.length > 0) return importFirst(productType, name, others);
    const advice = missing ? `is not there. Name a folder of libs/fulfillers, an installed package, or a path that starts with ./` : `fails as it is loaded: ${message(cause)}`;
    throw new WiringError(productType, `its fulfiller "${name}" ${advice}`, { cause });
  }
}

function isMissing(cause: unknown): boolean {
  return cause instanceof Error && (('code' in cause && NOT_THERE.has(String(cause.code))) || cause.message.startsWith('Cannot find module') || cause.message.startsWith('Could not locate module'));
}

function checkedModule(productType: string, name: string, candidate: unknown): FulfillerModule {
  if (!isFulfillerModule(candidate)) {
    throw new WiringError(productType, `its fulfiller "${name}" has no module: export by default a class with the static members manifest and register.`);
  }
  const { contractVersion } = candidate.manifest;
  if (contractVersion !== CONTRACT_VERSION) {
    throw new WiringError(productType, `its fulfiller "${name}" was written for contract version ${String(contractVersion)}; this service speaks ${CONTRACT_VERSION}. Install a version of it that fits.`);
  }
  return candidate;
}

function isFulfillerModule(candidate: unknown): candidate is FulfillerModule {
  return typeof candidate === 'function' && 'manifest' in candidate && typeof candidate.manifest === 'object' && candidate.manifest !== null && 'register' in candidate && typeof candidate.register === 'function';
}

function message(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
