import type { DynamicModule } from '@nestjs/common';
import { EntryRefusals, type NamedEntry } from './entry-refusals.js';
import { guardedModule } from './guarded-module.js';
import { noteModule } from './missing-provider.js';
import type { ModuleBuilds } from './module-builds.js';

/** How one loaded plug-in is registered. */
export interface PlugInRegistration<Options> {
  readonly entry: NamedEntry;
  /** As they stand in the map, with what its variables hold, without what is not for the plug-in. */
  readonly written: Readonly<Record<string, unknown>>;
  /** As they may be shown. */
  readonly shown: Readonly<Record<string, unknown>>;
  /** Reads the options by the plug-in's schema. Throws what is wrong with them. */
  readonly read: (written: Readonly<Record<string, unknown>>) => Options;
  readonly register: (options: Options) => unknown;
  readonly builds: ModuleBuilds;
}

/** A plug-in's module that Nest may build, and what it was given. */
export interface RegisteredPlugIn<Options> {
  readonly module: DynamicModule;
  readonly options: Options;
  /** For what is found out later. */
  readonly refusals: EntryRefusals;
}

/** Reads the options of a plug-in, and has it register its module. @throws {WiringError} */
export function registerPlugIn<Options>({ entry, written, shown, read, register, builds }: PlugInRegistration<Options>): RegisteredPlugIn<Options> {
  const refusals = new EntryRefusals(entry, { written, shown });
  const options = refusals.attempt(() => read(written), 'does not take its options');
  refusals.readOptions = options;
  const returned = refusals.attempt(() => register(options), 'does not take its options');
  const module = refusals.attempt(() => guardedBy(returned, builds, refusals), 'registers a module that cannot be looked at', '. Repair what register returns.');
  if (!module) throw refusals.because("registers no module: have register return { module, providers, exports } at once; what takes time belongs into a provider's useFactory.");
  noteModule(module.module.name, builds.file, entry);
  return { module, options, refusals };
}

/** Null for what is no module. */
function guardedBy(module: unknown, builds: ModuleBuilds, refusals: EntryRefusals): DynamicModule | null {
  if (module instanceof Promise) module.catch(() => undefined);
  return isDynamicModule(module) ? guardedModule(module, builds, refusals) : null;
}

function isDynamicModule(value: unknown): value is DynamicModule {
  return typeof value === 'object' && value !== null && 'module' in value && typeof value.module === 'function';
}
