import { manifestProblem, type FulfillerManifest, type FulfillerModule } from '@order-fulfillment/fulfiller-kit';
import { loadPlugIn, type LoadedPlugIn, type ManifestForm } from '#plugins';
import { FULFILLER } from './fulfiller.kind.js';

/** A fulfiller's module, loaded and looked at, and where it came from. */
export interface LoadedFulfiller extends LoadedPlugIn<FulfillerManifest> {
  readonly module: FulfillerModule;
}

const FORM: ManifestForm<FulfillerManifest> = {
  members: ['name', 'contractVersion', 'options', 'secretOptions', 'dependency', 'capabilities'],
  deep: ['capabilities'],
  problem: manifestProblem,
};

/**
 * Loads the module that delivers a product type. Built-in folders, packages and paths are loaded alike, ES modules and CommonJS ones.
 *
 * @throws {WiringError}
 */
export async function loadFulfillerModule(productType: string, name: string, baseUrl: string, limitMs?: number): Promise<LoadedFulfiller> {
  const loaded = await loadPlugIn({ kind: FULFILLER, name: productType, plugIn: name }, { baseUrl, form: FORM, limitMs });
  return loaded as LoadedFulfiller;
}
