import { fileURLToPath } from 'node:url';
import { Module, type DynamicModule } from '@nestjs/common';
import { ModuleBuilds, allOrNone, lackingVerbs, lackingWords, refusal, throwIfWrong, type WiringError } from '#plugins';
import type { BypassProcessor } from '../contract/bypass-processor.js';
import type { PaymentProcessor } from '../contract/payment-processor.js';
import type { ProcessorManifest } from '../contract/processor-module.js';
import { gatewayWaits, type GatewayWaits } from './gateway-waits.js';
import { InstalledProcessors, type InstalledProcessor } from './installed-processors.js';
import { checkPaymentLease } from './payment-lease.js';
import { PROCESSOR } from './processor.kind.js';
import type { ProcessorEntry, ProcessorMap, ProcessorRules } from './processor.map.js';
import { ProcessorRegistry, type WiredProcessor } from './processor.registry.js';
import { wireProcessor, type ProcessorWiring } from './processor.wiring.js';

export interface ProcessorRegistryOptions {
  readonly map: ProcessorMap;
  /** For processors whose options name no `timeoutMs`. */
  readonly defaultTimeoutMs: number;
  /** How long a claim on a payment holds, for the boot check; without it nothing is checked. */
  readonly leaseMs?: number;
  /** How long loading one plug-in may take; 10 s when it is left out. */
  readonly loadLimitMs?: number;
  /** How long Nest may take for a provider of one plug-in; 30 s when it is left out. */
  readonly buildLimitMs?: number;
}

const BUILD_LIMIT_MS = 30_000;
const VERBS: Readonly<Record<ProcessorManifest['kind'], readonly string[]>> = {
  gateway: ['start', 'confirm', 'verify', 'cancel', 'refund', 'parseWebhook', 'list'] satisfies (keyof PaymentProcessor)[],
  bypass: ['settle'] satisfies (keyof BypassProcessor)[],
};

/** The map as it is wired, and what the rest of a program must know of it before that is built. */
export interface WiredMap {
  readonly module: DynamicModule;
  readonly waits: GatewayWaits;
}

/** Wires the map of payment processors: one dynamic module and one token for each name. */
@Module({})
export class ProcessorRegistryModule {
  /** @throws {WiringError} that names every entry that cannot work; the boot throws `PaymentLeaseTooShortError` where a lease could end too early. */
  static async wired({ map, defaultTimeoutMs, leaseMs, loadLimitMs, buildLimitMs = BUILD_LIMIT_MS }: ProcessorRegistryOptions): Promise<WiredMap> {
    const { baseUrl, processors } = map;
    const file = fileURLToPath(baseUrl);
    const settings = { baseUrl, defaultTimeoutMs, loadLimitMs, builds: new ModuleBuilds(file, buildLimitMs) };
    const wirings = allOrNone(file, await Promise.allSettled([...processors].map(([name, entry]) => wireProcessor(name, entry, settings))));
    const module: DynamicModule = {
      module: ProcessorRegistryModule,
      global: true,
      imports: wirings.map(({ module }) => module),
      providers: [
        {
          provide: ProcessorRegistry,
          inject: wirings.map(({ token }) => ({ token, optional: true })),
          useFactory: (...provided: unknown[]) => {
            const registry = registryOf(file, wirings, provided);
            if (leaseMs !== undefined) checkPaymentLease(registry, leaseMs);
            return registry;
          },
        },
        { provide: InstalledProcessors, useValue: new InstalledProcessors(wirings.map(installed)) },
      ],
      exports: [ProcessorRegistry, InstalledProcessors],
    };
    return { module, waits: gatewayWaits(wirings.filter(({ loaded }) => loaded.manifest.kind === 'gateway')) };
  }

  /** `wired`, for a program that waits for nothing else. */
  static async forRoot(options: ProcessorRegistryOptions): Promise<DynamicModule> {
    return (await this.wired(options)).module;
  }
}

function registryOf(file: string, wirings: readonly ProcessorWiring[], provided: readonly unknown[]): ProcessorRegistry {
  throwIfWrong(file, wirings.map((wiring, index) => lacking(wiring, provided[index])).filter((problem) => problem !== null));
  return new ProcessorRegistry(wirings.map((wiring, index) => wired(wiring, provided[index])));
}

function lacking({ named, loaded }: ProcessorWiring, provided: unknown): WiringError | null {
  const verbs = lackingVerbs(provided, VERBS[loaded.manifest.kind]);
  return verbs.length === 0 ? null : refusal(named, `${lackingWords(PROCESSOR, provided, verbs)}.`);
}

/** By then it is known that the verbs of its kind are there. */
function wired({ named: { name }, entry, loaded, timeoutMs }: ProcessorWiring, provided: unknown): WiredProcessor {
  const alike = { name, timeoutMs, rules: rulesOf(entry) };
  return loaded.manifest.kind === 'gateway' ? { ...alike, kind: 'gateway', gateway: provided as PaymentProcessor } : { ...alike, kind: 'bypass', bypass: provided as BypassProcessor };
}

function installed({ named: { name }, entry, loaded, timeoutMs, shown }: ProcessorWiring): InstalledProcessor {
  const { source, version, manifest } = loaded;
  const { kind, contractVersion } = manifest;
  return { name, kind, processor: entry.processor, source, plugIn: { name: manifest.name, version }, contractVersion, timeoutMs: kind === 'gateway' ? timeoutMs : null, rules: rulesOf(entry), options: shown };
}

function rulesOf({ latePayments, outsideRefunds, disputes }: ProcessorEntry): ProcessorRules {
  return { latePayments, outsideRefunds, disputes };
}
