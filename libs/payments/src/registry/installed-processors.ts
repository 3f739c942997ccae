import type { ProcessorManifest } from '../contract/processor-module.js';
import type { ProcessorRules } from './processor.map.js';

/** A payment processor of the map and its plug-in, for people to see. Holds no secret. */
export interface InstalledProcessor {
  readonly name: string;
  readonly kind: ProcessorManifest['kind'];
  /** As the map names it. */
  readonly processor: string;
  readonly source: 'built-in' | 'package' | 'path';
  /** By its manifest, and its package's version; null where that says none. */
  readonly plugIn: { readonly name: string; readonly version: string | null };
  readonly contractVersion: number;
  /** Null: it calls nobody. */
  readonly timeoutMs: number | null;
  readonly rules: ProcessorRules;
  /** As they are written, without what may be secret. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** What is installed, in the order of the map. */
export class InstalledProcessors {
  constructor(readonly list: readonly InstalledProcessor[]) {}
}
