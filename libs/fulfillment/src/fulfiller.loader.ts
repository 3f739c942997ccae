import { existsSync } from 'node:fs';
import { CONTRACT_VERSION, type FulfillerModule } from '@order-fulfillment/fulfiller-kit';
import { WiringError } from './wiring.error.js';

const PATH = /^\.{0,2}\//;
const DEPENDENCY = /^[a-z@][a-z0-9@/.-]{0,62}$/;
const FOLDER_NAME = /^[a-z][a-z0-9-]*$/;

/**
 * Loads the module that delivers a product type. Built-in folders and packages are loaded alike; of two with the same
 * name the built-in one wins.
 *
 * @throws {WiringError}
 */
export async function loadFulfillerModule(productType: string, name: string, baseUrl: string): Promise<FulfillerModule> {
  const { default: candidate } = await imported(productType, name, baseUrl);
  return checkedModule(productType, name, candidate);
}

async function imported(productType: string, name: string, baseUrl: string): Promise<{ default?: unknown }> {
  try {
    return (await import(specifier(name, baseUrl))) as { default?: unknown };
  } catch (cause) {
    const advice = 'Name a folder of libs/fulfillers, an installed package, or a path that starts with ./ (seen from the token map).';
    throw new WiringError(productType, `its fulfiller "${name}" cannot be loaded: ${message(cause)}. ${advice}`, { cause });
  }
}

function specifier(name: string, baseUrl: string): string {
  if (PATH.test(name)) return new URL(name, baseUrl).href;
  return isBuiltIn(name) ? `#fulfillers/${name}` : name;
}

function isBuiltIn(name: string): boolean {
  return FOLDER_NAME.test(name) && existsSync(new URL(`../../fulfillers/src/${name}/`, import.meta.url));
}

function checkedModule(productType: string, name: string, candidate: unknown): FulfillerModule {
  if (!isFulfillerModule(candidate)) {
    throw new WiringError(productType, `its fulfiller "${name}" has no module: export by default a class with the static members manifest and register.`);
  }
  const { contractVersion, name: ownName, dependency = ownName } = candidate.manifest;
  if (contractVersion !== CONTRACT_VERSION) {
    throw new WiringError(productType, `its fulfiller "${name}" was written for contract version ${String(contractVersion)}; this service speaks ${CONTRACT_VERSION}. Install a version of it that fits.`);
  }
  if (dependency !== null && !DEPENDENCY.test(dependency)) {
    throw new WiringError(productType, `its fulfiller "${name}" names a provider that is no name: give manifest.dependency (else its name) lower case letters, digits and - . @ / only, at most 63, or null.`);
  }
  return candidate;
}

function isFulfillerModule(candidate: unknown): candidate is FulfillerModule {
  return typeof candidate === 'function' && 'manifest' in candidate && typeof candidate.manifest === 'object' && candidate.manifest !== null && 'register' in candidate && typeof candidate.register === 'function';
}

function message(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
