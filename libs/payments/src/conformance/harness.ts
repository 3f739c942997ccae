import type { PaymentProcessor } from '../contract/payment-processor.js';
import type { ProcessorManifest } from '../contract/processor-module.js';
import type { WebhookDelivery } from '../contract/webhook-event.js';

/** What the suite needs to know of a payment processor in order to judge it. */
export interface ProcessorHarness {
  readonly manifest: ProcessorManifest;
  /** As an operator may write them, with every secret one in them. */
  readonly goodOptions: Readonly<Record<string, unknown>>;
  /** Options that must be refused, each with the path of the one to blame, such as `certHosts.0`. */
  readonly badOptions: readonly { readonly options: unknown; readonly path: string }[];
  /** What no failure, no answer and no log may show: credentials, and what only the buyer may know. `action` is not searched. */
  readonly secrets: readonly string[];
  /** Money that the gateway has no way to express. */
  readonly unpayable: readonly Money[];
  readonly gateway: StandIn;
  /** How far the time of a signed delivery may lie from now and must be believed, and from where on it must be refused. */
  readonly webhookAge: { readonly believedMs: number; readonly staleMs: number; readonly futureMs: number };
  /** Whether an operator may give several secrets of webhooks, while they are changed. */
  readonly rotates: boolean;
  /** How long the suite waits for a call to end, in milliseconds. Default: 5000. */
  readonly patienceMs?: number;
  /** Makes a new processor that calls the stand-in, wired as in production. */
  create(settings: ProcessorSettings): Promise<ProcessorUnderTest>;
}

export interface Money {
  readonly amountMinor: number;
  readonly currency: string;
}

export interface ProcessorSettings {
  readonly timeoutMs: number;
  /** Whose webhooks it believes: the stand-in's; the stand-in's and another's, which comes first; only another's. */
  readonly trusts: 'the stand-in' | 'both' | 'another';
}

export interface ProcessorUnderTest {
  readonly processor: PaymentProcessor;
  close(): Promise<void>;
}

/**
 * How the gateway behaves. "Before" and "after" tell whether it did what it was asked before the call went wrong.
 *
 * - `unavailable`: 503 and words that repeat the whole request, credentials included.
 * - `throttled`: 429 with `Retry-After: 7`. `refusesUs`: 401.
 * - `hangBefore`, `hangAfter`: no answer. `resetBefore`, `resetAfter`: the connection is reset.
 * - `garbage`: done, 200, and a body that means nothing. `errorBody`: not done, 200, and the body of an error.
 * - `slowDrip`: done, 200, and a body that comes byte by byte and never ends.
 */
export const SCENARIOS = ['normal', 'unavailable', 'throttled', 'refusesUs', 'hangBefore', 'hangAfter', 'resetBefore', 'resetAfter', 'garbage', 'errorBody', 'slowDrip'] as const;
export type Scenario = (typeof SCENARIOS)[number];

/** What a gateway has written down of one payment, in minor units by ISO 4217, worked out without the processor. */
export interface LedgerEntry extends Money {
  readonly reference: string;
  readonly capturedMinor: number;
  readonly refundedMinor: number;
}

type Eventually<Result> = Result | Promise<Result>;

/** A gateway as the suite steers and asks it. `StubGateway` is one. */
export interface StandIn {
  /** Left out: all of them. Rules about others are left out. */
  readonly scenarios?: ReadonlySet<Scenario>;
  start(): Promise<void>;
  /** Ends open connections; later ones are refused until the next `start`. */
  stop(): Promise<void>;
  /** Behaves normally again, and forgets payments and counts. */
  reset(): Eventually<void>;
  /** From now on behaves so, for calls that would change something or for all. What only gives credentials or certificates is left alone. */
  respond(scenario: Scenario, calls: 'changes' | 'all'): Eventually<void>;
  /** Calls that came in, without those for credentials and certificates. */
  callCount(): Eventually<number>;
  /** Those of them that would change something. */
  changeCount(): Eventually<number>;
  /** The buyer agrees to pay, by all that he has to do. Does nothing where it is too late. */
  agree(reference: string): Eventually<void>;
  /** The buyer tries to pay, and his bank will not. */
  decline(reference: string): Eventually<void>;
  /** Somebody returns money in the gateway's console. */
  returnInConsole(reference: string, amountMinor: number): Eventually<void>;
  /** An event about this payment, signed just now, with those headers alone that make up the signature. */
  deliver(reference: string): Eventually<Pick<WebhookDelivery, 'body' | 'headers'>>;
  ledger(): Eventually<readonly LedgerEntry[]>;
}

/** Whether the rules that need this behaviour of the gateway can be run. */
export function canRespond({ gateway }: ProcessorHarness, scenario: Scenario): boolean {
  return gateway.scenarios?.has(scenario) ?? true;
}
