import { fileURLToPath } from 'node:url';
import { Module, type DynamicModule } from '@nestjs/common';
import type { Fulfiller } from '@order-fulfillment/fulfiller-kit';
import { ModuleBuilds, allOrNone, lackingWords, refusal, throwIfWrong, type WiringError } from '#plugins';
import { FULFILLER } from './fulfiller.kind.js';
import { FulfillerRegistry, type WiredProductType } from './fulfiller.registry.js';
import { InstalledProductTypes, type InstalledProductType } from './installed-product-types.js';
import type { TokenMap } from './product-type.js';
import { wireProductType, type Wiring } from './product-type.wiring.js';
import { missingVerbs, withRevoke } from './wired-fulfiller.js';

export interface RegistryOptions {
  readonly tokenMap: TokenMap;
  /** For types whose options name no `timeoutMs`. */
  readonly defaultTimeoutMs: number;
  /** How long loading one plug-in may take; 10 s when it is left out. */
  readonly loadLimitMs?: number;
  /** How long Nest may take for a provider of one plug-in; 30 s when it is left out. */
  readonly buildLimitMs?: number;
}

const BUILD_LIMIT_MS = 30_000;

/** Wires the token map: one dynamic module and one token for each product type. */
@Module({})
export class FulfillerRegistryModule {
  /** @throws {WiringError} that names every entry that cannot work. */
  static async forRoot({ tokenMap, defaultTimeoutMs, loadLimitMs, buildLimitMs = BUILD_LIMIT_MS }: RegistryOptions): Promise<DynamicModule> {
    const { baseUrl, productTypes } = tokenMap;
    const file = fileURLToPath(baseUrl);
    const settings = { baseUrl, defaultTimeoutMs, loadLimitMs, builds: new ModuleBuilds(file, buildLimitMs) };
    const wirings = allOrNone(file, await Promise.allSettled([...productTypes].map(([productType, entry]) => wireProductType(productType, entry, settings))));
    return {
      module: FulfillerRegistryModule,
      global: true,
      imports: wirings.map(({ module }) => module),
      providers: [
        {
          provide: FulfillerRegistry,
          inject: wirings.map(({ token }) => ({ token, optional: true })),
          useFactory: (...fulfillers: unknown[]) => registry(file, wirings, fulfillers),
        },
        { provide: InstalledProductTypes, useValue: new InstalledProductTypes(wirings.map(installedType)) },
      ],
      exports: [FulfillerRegistry, InstalledProductTypes],
    };
  }
}

function registry(file: string, wirings: readonly Wiring[], fulfillers: readonly unknown[]): FulfillerRegistry {
  const problems = wirings.map((wiring, index) => missing(wiring, fulfillers[index]));
  throwIfWrong(file, problems.filter((problem) => problem !== null));
  return new FulfillerRegistry(new Map(wirings.map((wiring, index) => [wiring.productType, wiredType(wiring, fulfillers[index] as Fulfiller)])));
}

function missing({ productType, entry, capabilities }: Wiring, fulfiller: unknown): WiringError | null {
  const verbs = missingVerbs(fulfiller, capabilities);
  if (verbs.length === 0) return null;
  const exempt = verbs.includes('revoke') && typeof fulfiller === 'object' && fulfiller !== null ? ', or say capabilities: { revoke: false } in the manifest where nothing can be taken back' : '';
  return refusal({ kind: FULFILLER, name: productType, plugIn: entry.fulfiller }, `${lackingWords(FULFILLER, fulfiller, verbs)}${exempt}.`);
}

function wiredType({ productType, entry, timeoutMs, dependency, capabilities }: Wiring, fulfiller: Fulfiller): WiredProductType {
  const { maxQuantity, repeatable, callbackSecrets = [] } = entry;
  return { fulfiller: withRevoke(productType, fulfiller), timeoutMs, maxQuantity, repeatable, callbackSecrets, dependency, capabilities };
}

function installedType({ productType, entry, loaded, timeoutMs, dependency, capabilities, shown }: Wiring): InstalledProductType {
  const { fulfiller, maxQuantity, repeatable, retry = {}, callbackSecrets = [] } = entry;
  const { source, version, manifest } = loaded;
  const { name, contractVersion } = manifest;
  return { productType, fulfiller, source, plugIn: { name, version }, contractVersion, capabilities, maxQuantity, repeatable, timeoutMs, retry, options: shown, callbacks: callbackSecrets.length > 0, dependency };
}
