import type { DynamicModule } from '@nestjs/common';

/** The version of this contract. A plug-in states the one it was written for. */
export const CONTRACT_VERSION = 1;

/** What a plug-in says of itself before it is wired. */
export interface FulfillerManifest {
  /** For messages and logs, e.g. `enrollment`. */
  readonly name: string;
  readonly contractVersion: number;
  /**
   * The provider that is called, for its breaker and its rate: lower case letters, digits and - . @ / only. Plug-ins that call the same
   * one name the same. Null: it calls nobody. Left out: a provider of its own, by the name of the plug-in.
   */
  readonly dependency?: string | null;
}

/** What the registry hands to a plug-in, once for each product type that names it. */
export interface FulfillerRegistration {
  /** Provide and export a `Fulfiller` under this token. */
  readonly token: symbol;
  readonly productType: string;
  /** The entry's `options`, without `timeoutMs`; `{}` when it has none. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The longest that one call of this type's provider may take. */
  readonly timeoutMs: number;
}

/**
 * The default export of a plug-in's folder or package: a Nest module class with these static members.
 *
 * `register` throws a `ConfigurationFailure` when its options are wrong: the boot stops and shows it.
 */
export interface FulfillerModule {
  readonly manifest: FulfillerManifest;
  register(registration: FulfillerRegistration): DynamicModule;
}
