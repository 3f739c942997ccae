import type { Fulfiller } from '../fulfiller.js';

/** What the suite needs to know of a fulfiller in order to judge it. */
export interface FulfillerHarness {
  /** Details of a product that can be sold. */
  readonly goodDetails: unknown;
  /** Details that must be refused, each with the JSON pointer of the field to blame. */
  readonly badDetails: readonly { readonly details: unknown; readonly pointer: string }[];
  /** Credentials that the fulfiller is given: no failure may show them. */
  readonly secrets: readonly string[];
  /** The system that the fulfiller delivers to, or null when it calls none: the rules about calls are then left out. */
  readonly provider: Provider | null;
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
 * - `hangBefore`, `hangAfter`: no answer.
 * - `resetBefore`, `resetAfter`: the connection is reset.
 * - `garbage`: delivered, 200, and a body that means nothing.
 * - `slowDrip`: delivered, 200, and a body that comes byte by byte and never ends.
 */
export type Scenario = 'normal' | 'unavailable' | 'throttled' | 'hangBefore' | 'hangAfter' | 'resetBefore' | 'resetAfter' | 'garbage' | 'slowDrip';

/** The provider as the suite steers and asks it. `StubProvider` is one. */
export interface Provider {
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
