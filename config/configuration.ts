import type { Variables } from './variable-references.js';

export interface OpsConfig {
  readonly database: { readonly url: string; readonly poolSize: number };
  readonly productTypesFile: string;
  /** Null: nobody named one, so that the usual one need not be there. */
  readonly paymentProcessorsFile: string | null;
  /** What `${NAME}` stands for in the token map, and in the map of payment processors. */
  readonly variables: Variables;
  readonly lmsTimeoutMs: number;
  /** What one call to a payment gateway may take, where its processor's options say nothing else. */
  readonly gatewayTimeoutMs: number;
}

/** The LMS and our credentials there. */
export interface LmsConfig {
  readonly url: string;
  readonly apiKey: string;
  /** An OAuth application of the LMS whose owner is staff. Null: what needs it says so. */
  readonly oauth: { readonly clientId: string; readonly clientSecret: string } | null;
}

/** For commands that call the LMS. */
export interface LmsOpsConfig extends OpsConfig {
  readonly lms: LmsConfig;
}

/** What delivers, in every program alike. */
export interface DeliveryConfig extends OpsConfig {
  readonly host: string;
  readonly redisUrl: string | null;
  readonly lms: LmsConfig & { /** Calls a minute of all replicas together. 0: no limit. */ readonly ratePerMinute: number };
  readonly checkoutDeadlineMs: number;
  readonly fulfillmentLeaseMs: number;
  /** How long an order waits for its payment. */
  readonly pendingOrderTtlMs: number;
  /** The rules of refunds. Null: nobody named a file, so that the usual one need not be there. */
  readonly refundsFile: string | null;
  /** For so many days the bodies of the gateways' events are kept that were dealt with. 0: for ever. */
  readonly paymentEventBodyDays: number;
  /** A scheduled reconciliation repairs what is safe to repair; else it only reports. */
  readonly reconcileRepair: boolean;
  /** So many failures in a row open a provider's breaker (0: never), for so long. */
  readonly breaker: { readonly failures: number; readonly openMs: number };
  readonly retry: { readonly baseMs: number; readonly maxDelayMs: number; readonly maxAgeMs: number };
  readonly logLevel: string;
}

export interface AppConfig extends DeliveryConfig {
  readonly port: number;
  /** Where `/metrics` is served; null: nowhere. */
  readonly metricsPort: number | null;
  readonly jwtSecret: string;
  /** Addresses or CIDR blocks of proxies whose `X-Forwarded-For` is believed. Empty: nobody's. */
  readonly trustedProxies: readonly string[];
  readonly links: LinkConfig;
}

/** Where learners come from and go to. Addresses are without a trailing slash in their origin's sense: as they were given. */
export interface LinkConfig {
  /** Where browsers reach this API. */
  readonly publicUrl: string;
  /** The page that sells; null: there is none yet, and landing addresses say so. */
  readonly checkoutPageUrl: string | null;
  /** Holds `{orderNumber}`. */
  readonly receiptPageUrl: string | null;
  /** Where the old order workflow sells; null: there is none, so every course uses the new one. */
  readonly legacyCheckoutUrl: string | null;
  /** Marketing sites: may read public answers across origins, and be returned to. */
  readonly siteOrigins: readonly string[];
}

export interface WorkerConfig extends DeliveryConfig {
  /** Where health and metrics are served. */
  readonly port: number;
  readonly sweepIntervalMs: number;
  /** Lines that one process works on at a time. */
  readonly concurrency: number;
  /** After so many holders in a row that never said what came of it, a line is failed. */
  readonly maxLostLeases: number;
  /** False: changes of the catalog wait, visibly, and the LMS is told nothing. */
  readonly publishToLms: boolean;
}

/** What the token map is judged by before a roll-out. */
export type TokenMapConfig = Pick<DeliveryConfig, 'productTypesFile' | 'variables' | 'lmsTimeoutMs' | 'checkoutDeadlineMs' | 'fulfillmentLeaseMs' | 'retry'>;

/** What the map of payment processors is judged by before a roll-out. */
export type PaymentProcessorsConfig = Pick<DeliveryConfig, 'paymentProcessorsFile' | 'variables' | 'gatewayTimeoutMs' | 'fulfillmentLeaseMs'>;
