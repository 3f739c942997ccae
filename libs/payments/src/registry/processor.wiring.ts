import type { DynamicModule } from '@nestjs/common';
import { loadPlugIn, registerPlugIn, shownOptions, type LoadedPlugIn, type ModuleBuilds, type NamedEntry } from '#plugins';
import type { ProcessorManifest, ProcessorRegistration } from '../contract/processor-module.js';
import { PROCESSOR_MANIFEST } from './processor-manifest.js';
import { readOptions } from './processor-options.js';
import { PROCESSOR } from './processor.kind.js';
import type { ProcessorEntry } from './processor.map.js';

/** An entry of the map whose plug-in has been loaded and registered, and has yet to be built by Nest. */
export interface ProcessorWiring {
  readonly named: NamedEntry;
  readonly entry: ProcessorEntry;
  readonly loaded: LoadedPlugIn<ProcessorManifest>;
  readonly timeoutMs: number;
  readonly token: symbol;
  readonly module: DynamicModule;
  /** The options as they may be shown. */
  readonly shown: Readonly<Record<string, unknown>>;
}

export interface ProcessorWiringSettings {
  readonly baseUrl: string;
  readonly defaultTimeoutMs: number;
  readonly loadLimitMs?: number | undefined;
  readonly builds: ModuleBuilds;
}

/** Loads and registers the plug-in of one entry. @throws {WiringError} */
export async function wireProcessor(name: string, entry: ProcessorEntry, { baseUrl, defaultTimeoutMs, loadLimitMs, builds }: ProcessorWiringSettings): Promise<ProcessorWiring> {
  const named = { kind: PROCESSOR, name, plugIn: entry.processor };
  const loaded = await loadPlugIn(named, { baseUrl, form: PROCESSOR_MANIFEST, limitMs: loadLimitMs });
  const { options: schema, name: processor, secretOptions } = loaded.manifest;
  const { timeoutMs = defaultTimeoutMs, ...written } = entry.options;
  const token = Symbol(`PAYMENT_PROCESSOR:${name}`);
  const shown = shownOptions(entry.writtenOptions ?? {}, secretOptions);
  const { module } = registerPlugIn({
    entry: named,
    written,
    shown,
    read: (raw) => readOptions(schema, raw, processor),
    register: (options) => loaded.module.register({ token, name, options, timeoutMs } satisfies ProcessorRegistration as never),
    builds,
  });
  return { named, entry, loaded, timeoutMs, token, module, shown };
}
