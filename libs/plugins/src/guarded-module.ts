import type { DynamicModule, FactoryProvider, Provider } from '@nestjs/common';
import type { BuiltEntry, ModuleBuilds } from './module-builds.js';

/**
 * The same module, whose factories refuse the boot in the name of its entry when they fail or do not come to an end: what a factory
 * throws Nest would log as it is, without the entry, and with the secrets in it.
 */
export function guardedModule(module: DynamicModule, builds: ModuleBuilds, entry: BuiltEntry): DynamicModule {
  return { ...module, providers: (module.providers ?? []).map((provider) => guardedFactory(provider, builds, entry)) };
}

/** A value that is to come is as good as a factory. */
function guardedFactory(provider: Provider, builds: ModuleBuilds, entry: BuiltEntry): Provider {
  if (typeof provider === 'function') return provider;
  if ('useFactory' in provider) return { ...provider, useFactory: (...dependencies: unknown[]) => builds.build(entry, () => (provider as FactoryProvider<unknown>).useFactory(...dependencies)) };
  if (!('useValue' in provider) || !(provider.useValue instanceof Promise)) return provider;
  const coming: Promise<unknown> = provider.useValue;
  coming.catch(() => undefined);
  return { provide: provider.provide, useFactory: () => builds.build(entry, () => coming) };
}
