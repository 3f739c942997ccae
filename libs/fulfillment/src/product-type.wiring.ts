import { fileURLToPath } from 'node:url';
import type { DynamicModule } from '@nestjs/common';
import { capabilitiesOf, dependencyProblem, isWebhookSecret, parseOrFail, type FulfillerCapabilities, type FulfillerManifest, type Schema } from '@order-fulfillment/fulfiller-kit';
import { EntryRefusals } from './entry-refusals.js';
import { loadFulfillerModule, type LoadedFulfiller } from './fulfiller.loader.js';
import { guardedModule } from './guarded-module.js';
import { noteModule } from './missing-provider.js';
import type { BuiltEntry, ModuleBuilds } from './module-builds.js';
import type { ProductTypeEntry } from './product-type.js';
import { shownOptions } from './shown-options.js';
import { WiringError } from './wiring.error.js';

/** An entry of the token map whose plug-in has been loaded and registered, and has yet to be built by Nest. */
export interface Wiring {
  readonly productType: string;
  readonly entry: ProductTypeEntry;
  readonly loaded: LoadedFulfiller;
  readonly capabilities: Required<FulfillerCapabilities>;
  readonly timeoutMs: number;
  readonly dependency: string | null;
  readonly token: symbol;
  readonly module: DynamicModule;
  /** The options as they may be shown. */
  readonly shown: Readonly<Record<string, unknown>>;
}

export interface WiringSettings {
  readonly baseUrl: string;
  readonly defaultTimeoutMs: number;
  /** How long loading one plug-in may take; 10 s when it is left out. */
  readonly loadLimitMs?: number | undefined;
  readonly builds: ModuleBuilds;
}

/** Loads and registers the plug-in of one entry. @throws {WiringError} */
export async function wireProductType(productType: string, entry: ProductTypeEntry, { baseUrl, defaultTimeoutMs, loadLimitMs, builds }: WiringSettings): Promise<Wiring> {
  const loaded = await loadFulfillerModule(productType, entry.fulfiller, baseUrl, loadLimitMs);
  const { manifest } = loaded;
  const capabilities = capabilitiesOf(manifest);
  const { timeoutMs = defaultTimeoutMs } = entry.options;
  const token = Symbol(`FULFILLER:${productType}`);
  const shown = shownOptions(entry.writtenOptions ?? {}, manifest.secretOptions);
  checkCallbackSecrets(productType, entry, capabilities.asynchronous);
  const { module, dependency } = registered({ productType, entry, loaded, token, timeoutMs, shown, file: fileURLToPath(baseUrl), builds });
  return { productType, entry, loaded, timeoutMs, token, shown, module, dependency, capabilities };
}

function checkCallbackSecrets(productType: string, { fulfiller, callbackSecrets = [] }: ProductTypeEntry, asynchronous: boolean): void {
  if (callbackSecrets.length > 0 && !asynchronous) throw new WiringError(productType, `it has callbackSecrets, but its fulfiller "${fulfiller}" never calls back (capabilities.asynchronous): take them out.`);
  const wrong = callbackSecrets.findIndex((secret) => !isWebhookSecret(secret));
  if (wrong >= 0) throw new WiringError(productType, `number ${wrong + 1} of its callbackSecrets is no webhook secret: write whsec_ and the base64 of 24 to 64 random bytes, or \${NAME} for a variable that holds one.`);
}

type Unregistered = Pick<Wiring, 'productType' | 'entry' | 'loaded' | 'token' | 'timeoutMs' | 'shown'> & { /** The token map. */ readonly file: string; readonly builds: ModuleBuilds };

function registered(wiring: Unregistered): Pick<Wiring, 'module' | 'dependency'> {
  const { productType, entry, loaded, token, timeoutMs, shown, file, builds } = wiring;
  const { manifest } = loaded;
  const written = optionsOf(entry);
  const refusals = new EntryRefusals(productType, entry.fulfiller, { written, shown });
  const refusing = (fact: string, change?: string) => (thrown: unknown) => refusals.quoting(fact, thrown, change);
  const options = attempt(() => parseOrFail(manifest.options ?? NO_OPTIONS, written, `options of the fulfiller "${manifest.name}"`), refusing('does not take its options')) as never;
  refusals.readOptions = options;
  const returned: unknown = attempt(() => loaded.module.register({ token, productType, options, timeoutMs }), refusing('does not take its options'));
  const module = attempt(() => guardedBy(returned, builds, refusals), refusing('registers a module that cannot be looked at', '. Repair what register returns.'));
  if (!module) throw refusals.because("registers no module: have register return { module, providers, exports } at once; what takes time belongs into a provider's useFactory.");
  noteModule(module.module.name, file, productType);
  return { module, dependency: attempt(() => dependencyOf(manifest, productType, options), refusing('names no provider')) };
}

/** Null for what is no module. */
function guardedBy(module: unknown, builds: ModuleBuilds, entry: BuiltEntry): DynamicModule | null {
  if (module instanceof Promise) module.catch(() => undefined);
  return isDynamicModule(module) ? guardedModule(module, builds, entry) : null;
}

function optionsOf({ options }: ProductTypeEntry): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(options).filter(([name]) => name !== 'timeoutMs'));
}

function attempt<Result>(work: () => Result, failure: (cause: unknown) => WiringError): Result {
  try {
    return work();
  } catch (cause) {
    throw failure(cause);
  }
}

/** A plug-in that names no provider has one of its own. */
function dependencyOf({ dependency, name }: FulfillerManifest, productType: string, options: never): string | null {
  const named = typeof dependency === 'function' ? dependency({ productType, options }) : dependency === undefined ? name : dependency;
  const problem = dependencyProblem(named);
  if (problem !== null) throw new Error(`it ${problem}`);
  return named;
}

function isDynamicModule(value: unknown): value is DynamicModule {
  return typeof value === 'object' && value !== null && 'module' in value && typeof value.module === 'function';
}

/** For a plug-in without a schema: it takes none. */
const NO_OPTIONS: Schema<Record<string, never>> = {
  '~standard': {
    version: 1,
    vendor: 'order-fulfillment',
    validate: (value) => {
      const names = Object.keys(value as object);
      return names.length === 0 ? { value: {} } : { issues: names.map((name) => ({ path: [name], message: 'is no option: it takes none' })) };
    },
  },
};
