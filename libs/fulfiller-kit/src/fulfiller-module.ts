import type { DynamicModule } from '@nestjs/common';
import type { Schema } from './parse-or-fail.js';

/** The version of this contract. A plug-in states the one it was written for. */
export const CONTRACT_VERSION = 1;

/** What a plug-in can and cannot do. What is left out is as its default. */
export interface FulfillerCapabilities {
  /** False: what was delivered cannot be taken back, and whoever wants a refund is told so before money moves. Default: true. */
  readonly revoke?: boolean;
  /** True: `fulfill` may answer `Accepted`, with the result told later. Default: false. */
  readonly asynchronous?: boolean;
  /**
   * True: whatever a learner buys of a product is one thing, however many lines it was bought by, as an enrollment is. It is then
   * not taken back for one line while another still needs it. Default: false, each line has its own.
   */
  readonly sharedAccess?: boolean;
}

/** What a plug-in can and cannot do, with the defaults of the contract. One in plain JavaScript may have no manifest to ask. */
export function capabilitiesOf(manifest: Pick<FulfillerManifest, 'capabilities'> = {}): Required<FulfillerCapabilities> {
  const { revoke = true, asynchronous = false, sharedAccess = false } = manifest.capabilities ?? {};
  return { revoke, asynchronous, sharedAccess };
}

/** What `manifest.dependency` may go by. */
export interface FulfillerEntry {
  readonly productType: string;
  /** As `manifest.options` reads them. */
  readonly options: never;
}

/** What a plug-in says of itself before it is wired. */
export interface FulfillerManifest {
  /** For messages and logs, e.g. `enrollment`. */
  readonly name: string;
  readonly contractVersion: number;
  /**
   * What the plug-in may be configured with, as a Standard Schema that answers at once (zod, valibot, arktype). The entry's options are
   * read by it before `register`, and a wrong one stops the boot. Left out: the plug-in takes no options.
   */
  readonly options?: Schema<unknown>;
  /** Names of options that are never shown to anybody, e.g. `['apiKey']`. Only where they stand, not what they are. */
  readonly secretOptions?: readonly string[];
  /**
   * The provider that is called, for its breaker and its rate: lower case letters, digits and - . @ / only, beginning with a letter or @, at most 63. Plug-ins that call the same
   * one name the same. Null: it calls nobody. Left out: a provider of its own, by the name of the plug-in. A plug-in whose options say whom
   * it calls gives a function of the entry, which is asked once, after the options are read.
   */
  readonly dependency?: string | null | ((entry: FulfillerEntry) => string | null);
  readonly capabilities?: FulfillerCapabilities;
}

/** What the registry hands to a plug-in, once for each product type that names it. */
export interface FulfillerRegistration<Options = unknown> {
  /** Provide and export a `Fulfiller` under this token. */
  readonly token: symbol;
  readonly productType: string;
  /** The entry's `options` without `timeoutMs`, as `manifest.options` reads them; `{}` where there is no schema. */
  readonly options: Options;
  /** The longest that one call of this type's provider may take. */
  readonly timeoutMs: number;
}

/**
 * The default export of a plug-in's folder or package: a Nest module class with these static members.
 *
 * `register` throws a `ConfigurationFailure` for what a schema cannot say about its options: the boot stops and shows it.
 */
export interface FulfillerModule {
  readonly manifest: FulfillerManifest;
  register(registration: FulfillerRegistration<never>): DynamicModule;
}
