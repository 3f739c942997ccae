import type { IncomingHttpHeaders } from 'node:http';
import type { Gateway, KeptAnswer } from '../world/records.js';
import type { Answer } from './answer.js';
import type { Fields } from './fields.js';

/** One call to a gateway, read. */
export interface GatewayCall {
  readonly method: string;
  /** Percent-decoded, without the query. */
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** An empty object where there was none. */
  readonly body: Fields;
  /** The gateway's address as the caller wrote it, for links. */
  readonly origin: string;
  readonly requestId: string;
  /** Null where the call carries none, or none counts. */
  readonly idempotencyKey: string | null;
}

/** Does the work at once, in one step: nothing else happens in between. Throws the dialect's own refusals. */
export type Operation = (call: GatewayCall) => Answer;

/** One path of a gateway with what it can do. */
export interface Resource {
  /** As Fastify writes it. */
  readonly path: string;
  /** By method. */
  readonly operations: Readonly<Record<string, Operation>>;
}

/** What was read of a call's body: its fields, or the answer that refuses it. */
export type BodyReading = { readonly fields: Fields } | { readonly refusal: Answer };

/** How one gateway speaks: everything in which the two differ before and after the work. */
export interface Dialect {
  readonly gateway: Gateway;
  readonly keyHeader: string;
  /** How the calls are named in the answer's headers: `Request-Id`, `Paypal-Debug-Id`. */
  readonly requestIdHeader: string;
  newRequestId(): string;
  readBody(method: string, body: string, contentType: string | undefined): BodyReading;
  /** The answer that refuses the caller; null where he may go on. */
  refuseCaller(call: GatewayCall): Answer | null;
  notFound(call: GatewayCall): Answer;
  notAllowed(call: GatewayCall): Answer;
  /** The answer to what an operation threw; null where that is a bug of this sandbox. */
  refusalOf(thrown: unknown, call: GatewayCall): Answer | null;
  /** Under what a key is kept: keys may count for one path alone. */
  keyScope(call: GatewayCall): string;
  inFlight(call: GatewayCall): Answer;
  otherParameters(call: GatewayCall, kept: KeptAnswer): Answer;
  replay(call: GatewayCall, kept: KeptAnswer): Answer;
}
