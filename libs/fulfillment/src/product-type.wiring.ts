import type { DynamicModule } from '@nestjs/common';
import { capabilitiesOf, dependencyProblem, isWebhookSecret, parseOrFail, type FulfillerCapabilities, type FulfillerManifest, type Schema } from '@order-fulfillment/fulfiller-kit';
import { WiringError, registerPlugIn, shownOptions, type ModuleBuilds } from '#plugins';
import { FULFILLER } from './fulfiller.kind.js';
import { loadFulfillerModule, type LoadedFulfiller } from './fulfiller.loader.js';
import type { ProductTypeEntry } from './product-type.js';

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
  const { module, dependency } = registered({ productType, entry, loaded, token, timeoutMs, shown, builds });
  return { productType, entry, loaded, timeoutMs, token, shown, module, dependency, capabilities };
}

function checkCallbackSecrets(productType: string, { fulfiller, callbackSecrets = [] }: ProductTypeEntry, asynchronous: boolean): void {
  const refuse = (fact: string) => new WiringError(`${FULFILLER.entry} "${productType}"`, fact);
  if (callbackSecrets.length > 0 && !asynchronous) throw refuse(`it has callbackSecrets, but its fulfiller "${fulfiller}" never calls back (capabilities.asynchronous): take them out.`);
  const wrong = callbackSecrets.findIndex((secret) => !isWebhookSecret(secret));
  if (wrong >= 0) throw refuse(`number ${wrong + 1} of its callbackSecrets is no webhook secret: write whsec_ and the base64 of 24 to 64 random bytes, or \${NAME} for a variable that holds one.`);
}

type Unregistered = Pick<Wiring, 'productType' | 'entry' | 'loaded' | 'token' | 'timeoutMs' | 'shown'> & { readonly builds: ModuleBuilds };

function registered({ productType, entry, loaded, token, timeoutMs, shown, builds }: Unregistered): Pick<Wiring, 'module' | 'dependency'> {
  const { manifest } = loaded;
  const { module, options, refusals } = registerPlugIn({
    entry: { kind: FULFILLER, name: productType, plugIn: entry.fulfiller },
    written: optionsOf(entry),
    shown,
    read: (written) => parseOrFail(manifest.options ?? NO_OPTIONS, written, `options of the fulfiller "${manifest.name}"`) as never,
    register: (options) => loaded.module.register({ token, productType, options, timeoutMs }),
    builds,
  });
  return { module, dependency: refusals.attempt(() => dependencyOf(manifest, productType, options), 'names no provider') };
}

function optionsOf({ options }: ProductTypeEntry): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(options).filter(([name]) => name !== 'timeoutMs'));
}

/** A plug-in that names no provider has one of its own. */
function dependencyOf({ dependency, name }: FulfillerManifest, productType: string, options: never): string | null {
  const named = typeof dependency === 'function' ? dependency({ productType, options }) : dependency === undefined ? name : dependency;
  const problem = dependencyProblem(named);
  if (problem !== null) throw new Error(`it ${problem}`);
  return named;
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
