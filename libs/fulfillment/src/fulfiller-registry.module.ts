import { Module, type DynamicModule } from '@nestjs/common';
import type { Fulfiller, FulfillerModule } from '@order-fulfillment/fulfiller-kit';
import { loadFulfillerModule } from './fulfiller.loader.js';
import { FulfillerRegistry, type WiredProductType } from './fulfiller.registry.js';
import type { ProductTypeEntry, TokenMap } from './product-type.js';
import { WiringError } from './wiring.error.js';

export interface RegistryOptions {
  readonly tokenMap: TokenMap;
  /** For types whose options name no `timeoutMs`. */
  readonly defaultTimeoutMs: number;
}

interface Wiring {
  readonly productType: string;
  readonly entry: ProductTypeEntry;
  readonly timeoutMs: number;
  readonly token: symbol;
  readonly module: DynamicModule;
  readonly dependency: string | null;
}

/** Wires the token map: one dynamic module and one token for each product type. */
@Module({})
export class FulfillerRegistryModule {
  /** @throws {WiringError} for the first entry that cannot work. */
  static async forRoot({ tokenMap, defaultTimeoutMs }: RegistryOptions): Promise<DynamicModule> {
    const entries = [...tokenMap.productTypes];
    const wirings = await Promise.all(entries.map(([productType, entry]) => wire(productType, entry, tokenMap.baseUrl, defaultTimeoutMs)));
    return {
      module: FulfillerRegistryModule,
      global: true,
      imports: wirings.map(({ module }) => module),
      providers: [
        {
          provide: FulfillerRegistry,
          inject: wirings.map(({ token }) => ({ token, optional: true })),
          useFactory: (...fulfillers: unknown[]) => registry(wirings, fulfillers),
        },
      ],
      exports: [FulfillerRegistry],
    };
  }
}

async function wire(productType: string, entry: ProductTypeEntry, baseUrl: string, defaultTimeoutMs: number): Promise<Wiring> {
  const module = await loadFulfillerModule(productType, entry.fulfiller, baseUrl);
  const { timeoutMs = defaultTimeoutMs, ...options } = entry.options;
  const token = Symbol(`FULFILLER:${productType}`);
  try {
    return { productType, entry, timeoutMs, token, dependency: dependencyOf(module), module: module.register({ token, productType, options, timeoutMs }) };
  } catch (cause) {
    throw new WiringError(productType, `its fulfiller "${entry.fulfiller}" does not take its options: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/** A plug-in that names no provider has one of its own. */
function dependencyOf({ manifest }: FulfillerModule): string | null {
  return manifest.dependency === undefined ? manifest.name : manifest.dependency;
}

function registry(wirings: readonly Wiring[], fulfillers: readonly unknown[]): FulfillerRegistry {
  return new FulfillerRegistry(new Map(wirings.map((wiring, index) => [wiring.productType, wiredType(wiring, fulfillers[index])])));
}

function wiredType({ productType, entry, timeoutMs, dependency }: Wiring, fulfiller: unknown): WiredProductType {
  if (!isFulfiller(fulfiller)) {
    throw new WiringError(productType, `its fulfiller "${entry.fulfiller}" provides nothing that delivers: provide and export, under the token it is given, an object with ${VERBS.join(', ')}.`);
  }
  return { fulfiller, timeoutMs, maxQuantity: entry.maxQuantity, repeatable: entry.repeatable, dependency };
}

const VERBS = ['parseDetails', 'fulfill', 'verify', 'revoke'] as const;

function isFulfiller(candidate: unknown): candidate is Fulfiller {
  if (typeof candidate !== 'object' || candidate === null) return false;
  const members = candidate as Partial<Record<string, unknown>>;
  return VERBS.every((verb) => typeof members[verb] === 'function');
}
