import { GatewayFailure, type GatewayFailureFacts } from '../contract/gateway-failure.js';
import type { GatewayCall } from './gateway.call.js';
import type { HttpAnswer } from './gateway.http.js';
import { retryAfterMs } from './retry-after.js';
import { UnansweredError } from './unanswered.error.js';

/** What an answer means that is not a yes. The first row that fits counts. */
export interface Meaning extends Pick<GatewayFailureFacts, 'kind' | 'passing' | 'about'> {
  readonly from: number;
  readonly to: number;
  /** Of the gateway's own codes; left out: any. */
  readonly codes?: readonly string[];
  /** What was to be changed may have been changed all the same. */
  readonly mayHaveArrived?: boolean;
  /** Follows the gateway's name where it has no words of its own, or stands before them. */
  readonly sentence?: string;
}

/** Whose failure it is. */
export interface Asked {
  /** The gateway, as operators call it. */
  readonly gateway: string;
  readonly meanings: readonly Meaning[];
  /** Whether the request would change something there. */
  readonly changes: boolean;
  readonly call: GatewayCall;
}

/** A gateway's no, with its code. */
export class GatewayRefusal extends GatewayFailure {
  constructor(
    readonly code: string | null,
    detail: string,
    facts: GatewayFailureFacts,
  ) {
    super(detail, facts);
  }
}

/** @param words the gateway's own, cleaned already; empty where it has none. */
export function refusalOf({ status, headers }: Omit<HttpAnswer, 'text'>, code: string | null, words: string, { gateway, meanings, changes, call }: Asked): GatewayRefusal {
  const { kind, passing, mayHaveArrived = false, sentence, about = null } = meanings.find((row) => row.from <= status && status <= row.to && (row.codes?.includes(code ?? '') ?? true)) ?? OUT_OF_ORDER;
  const said = words === '' ? '' : `: ${words}`;
  const detail = sentence === undefined ? `${gateway} answered ${status}${said}` : `${gateway} ${sentence} (it answered ${status}${said})`;
  return new GatewayRefusal(code, detail, { kind, passing, about, mayHaveArrived: call.mayHaveArrived || (changes && mayHaveArrived), httpStatus: status, retryAfterMs: retryAfterMs(headers['retry-after']) });
}

const OUT_OF_ORDER: Omit<Meaning, 'from' | 'to'> = { kind: 'server', passing: true, mayHaveArrived: true };

/** Turns what the HTTP client throws into a failure. Anything else is a bug, and comes back as it is. */
export function unansweredFailure(error: unknown, { gateway, changes, call }: Omit<Asked, 'meanings'>): unknown {
  if (!(error instanceof UnansweredError)) return error;
  const kind = error.end === 'unreadable' ? 'server' : error.end;
  return new GatewayFailure(`${gateway} ${error.detail}.`, { kind, passing: true, mayHaveArrived: call.mayHaveArrived || (changes && error.sent) });
}

/** It said yes, in a form that tells nothing: nobody knows what it did. */
export function unreadableAnswer({ gateway, call }: Pick<Asked, 'gateway' | 'call'>, what: string, httpStatus: number | null = null): GatewayFailure {
  return new GatewayFailure(`${gateway} gave an answer that cannot be read: ${what}.`, { kind: 'server', passing: true, mayHaveArrived: call.mayHaveArrived, httpStatus });
}
