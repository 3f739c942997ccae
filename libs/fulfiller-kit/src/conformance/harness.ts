import { type FulfillerManifest, capabilitiesOf } from '../fulfiller-module.js';
import type { Fulfiller } from '../fulfiller.js';

/** What the suite needs to know of a fulfiller in order to judge it. */
export interface FulfillerHarness {
  /** What the plug-in says of itself: rules about what it cannot do are left out. */
  readonly manifest: FulfillerManifest;
  /** Options as an operator may write them, with every secret one in them; left out where the plug-in takes none. */
  readonly goodOptions?: unknown;
  /** Options that must be refused, each with the JSON pointer of the one to blame. */
  readonly badOptions?: readonly { readonly options: unknown; readonly pointer: string }[];
  /** Details of a product that can be sold. */
  readonly goodDetails: unknown;
  /** Details that must be refused, each with the JSON pointer of the field to blame. */
  readonly badDetails: readonly { readonly details: unknown; readonly pointer: string }[];
  /** Credentials that the fulfiller is given: no failure, receipt or log may show them. */
  readonly secrets: readonly string[];
  /** The system that the fulfiller delivers to, or null when it calls none: the rules about calls are then left out. */
  readonly provider: Provider | null;
  /** True: there is nothing but the receipt, as for a donation. The rules about what is there are then left out. */
  readonly deliversNothing?: boolean;
  /** How long the suite waits for a call to end and to reach the provider, in milliseconds: well above 400, its shortest time-out. Default: 5000. */
  readonly patienceMs?: number;
  /** Makes a new fulfiller that calls the provider, wired as in production. */
  create(settings: FulfillerSettings): Promise<FulfillerUnderTest>;
}

export interface FulfillerSettings {
  /** As in `FulfillerRegistration`: the longest that one call may take. */
  readonly timeoutMs: number;
}

export interface FulfillerUnderTest {
  readonly fulfiller: Fulfiller;
  /** Lets go of connections and timers. */
  close(): Promise<void>;
}

/**
 * How the provider behaves. "Before" and "after" tell whether the product was delivered before the call went wrong.
 *
 * - `unavailable`: 503 and a JSON `message` and `detail` that repeat the whole request, credentials included.
 * - `throttled`: 429 with `Retry-After: 7`.
 * - `throttledUntil`: 429 with the date in two minutes as `Retry-After`.
 * - `hangBefore`, `hangAfter`: no answer.
 * - `resetBefore`, `resetAfter`: the connection is reset.
 * - `garbage`: delivered, 200, and a body that means nothing.
 * - `slowDrip`: delivered, 200, and a body that comes byte by byte and never ends.
 * - `accepts`: takes it on, to be delivered later. Only for providers with an `acceptance`.
 */
export type Scenario = 'normal' | 'unavailable' | 'throttled' | 'throttledUntil' | 'hangBefore' | 'hangAfter' | 'resetBefore' | 'resetAfter' | 'garbage' | 'slowDrip' | 'accepts';

/** The provider as the suite steers and asks it. `StubProvider` is one. */
export interface Provider {
  /** For fulfillers whose manifest says `capabilities.asynchronous`. */
  readonly acceptance?: Acceptance | undefined;
  start(): Promise<void>;
  /** Ends open connections; later ones are refused until the next `start`. */
  stop(): Promise<void>;
  /** Behaves normally again, and forgets deliveries and counts. */
  reset(): void;
  /** From now on behaves so, for calls that would change something (the default) or for all. */
  respond(scenario: Scenario, calls?: 'changes' | 'all'): void;
  /** Calls that came in. */
  callCount(): number;
  /** Those of them that would change something. */
  changeCount(): number;
  /** Products that are there now: delivered and not taken back. */
  deliveredCount(): number;
}

/** What a provider has taken on for later. */
export interface Acceptance {
  /** Lines that it has taken on and neither delivered nor refused, nor been told to leave. */
  acceptedCount(): number;
  /** Delivers all of them. */
  finish(): void;
  /** Will deliver none of them, for a reason in words of its own. */
  refuse(words: string): void;
}

/** The verbs that the core asks of this fulfiller. */
export function verbsOf({ manifest }: FulfillerHarness): readonly ('fulfill' | 'verify' | 'revoke')[] {
  return capabilitiesOf(manifest).revoke ? ['fulfill', 'verify', 'revoke'] : ['fulfill', 'verify'];
}
