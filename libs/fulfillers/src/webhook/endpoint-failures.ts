import { DeliveryFailure, type FailureFacts, type FailureKind, UnknownOutcome } from '@order-fulfillment/fulfiller-kit';
import { EgressRefusedError } from './egress-guard.js';
import type { EndpointAnswer } from './endpoint.client.js';
import { type UnansweredEnd, UnansweredError } from './endpoint.errors.js';
import { retryAfterMs, wordsIn } from './endpoint-words.js';

/** What is asked of an endpoint. Only `verify` changes nothing there. */
export type Verb = 'deliver' | 'verify' | 'revoke';

/** Whose failure it is. */
export interface Asked {
  readonly verb: Verb;
  /** The endpoint, as operators know it: host and port. */
  readonly host: string;
  /** What no words may show. */
  readonly hidden: readonly string[];
}

interface Meaning extends Pick<FailureFacts, 'kind' | 'passing' | 'mayHaveArrived' | 'everywhere'> {
  readonly from: number;
  readonly to: number;
  /** Shown after the host when the endpoint gives no words of its own. */
  readonly sentence?: string;
}

/** What an answer means that is not a yes. The first row that fits counts. */
const MEANINGS: readonly Meaning[] = [
  { from: 300, to: 399, kind: 'configuration', passing: false, everywhere: true, sentence: 'sends us elsewhere, and redirects are not followed: set the url to where it really is' },
  { from: 401, to: 401, kind: 'configuration', passing: false, everywhere: true, sentence: 'does not accept our signature: check the secret on both sides' },
  { from: 403, to: 403, kind: 'configuration', passing: false, everywhere: true, sentence: 'does not let us in: check the secret on both sides' },
  { from: 408, to: 408, kind: 'server', passing: true, mayHaveArrived: true },
  { from: 425, to: 425, kind: 'server', passing: true },
  { from: 429, to: 429, kind: 'throttled', passing: true, sentence: 'asks us to slow down' },
  { from: 400, to: 499, kind: 'rejected', passing: false },
];
const OUT_OF_ORDER: Meaning = { from: 0, to: 999, kind: 'server', passing: true, mayHaveArrived: true };

const KINDS: Readonly<Record<UnansweredEnd, FailureKind>> = { timeout: 'timeout', network: 'network', unreadable: 'server' };

/** An answer that is not a yes, as a failure of the line. To read back changes nothing, and a read-back that failed decides nothing: its failures pass. */
export function refusal({ status, retryAfter, text }: EndpointAnswer, { verb, host, hidden }: Asked): DeliveryFailure {
  const { kind, passing, everywhere = false, mayHaveArrived = false, sentence } = MEANINGS.find(({ from, to }) => from <= status && status <= to) ?? OUT_OF_ORDER;
  const detail = wordsIn(text, hidden) || `${host} ${sentence ?? 'refused or failed'} (it answered ${status}).`;
  const waitMs = retryAfterMs(retryAfter);
  const facts = { detail, httpStatus: status, everywhere, ...(waitMs !== null && { retryAfterMs: waitMs }) };
  if (verb === 'verify') return new DeliveryFailure({ ...facts, kind: kind === 'rejected' ? 'server' : kind, passing: true });
  return new DeliveryFailure({ ...facts, kind, passing, mayHaveArrived });
}

/** The endpoint says that it will never deliver a line that it had accepted. */
export function givenUp({ status, text }: EndpointAnswer, { host, hidden }: Asked): DeliveryFailure {
  const detail = wordsIn(text, hidden) || `${host} will not deliver what it had accepted (it answered ${status}).`;
  return new DeliveryFailure({ kind: 'rejected', detail, passing: false, httpStatus: status });
}

/** It answered yes, in a form that tells nothing. */
export function unreadable({ status }: EndpointAnswer, asked: Asked, wanted: string): DeliveryFailure {
  return inDoubt({ kind: 'server', detail: `${asked.host} answered ${status} in a form that nobody can read: ${wanted}.`, httpStatus: status }, asked);
}

/** Turns what the client throws into a failure of the line. Anything else is a bug, and comes back as it is. */
export function unansweredFailure(error: unknown, asked: Asked): unknown {
  if (error instanceof EgressRefusedError) {
    const detail = `${asked.host} was not called: it has an address that is not public, or none that may be called over plain http. Name its network in allowedNetworks if you mean it.`;
    return new DeliveryFailure({ kind: 'configuration', detail, passing: asked.verb === 'verify', everywhere: true, cause: error });
  }
  if (!(error instanceof UnansweredError)) return error;
  const facts = { kind: KINDS[error.end], detail: `${asked.host} ${error.message}.` };
  return error.mayHaveArrived ? inDoubt(facts, asked) : new DeliveryFailure({ ...facts, passing: true });
}

function inDoubt(facts: Pick<FailureFacts, 'kind' | 'detail' | 'httpStatus'>, { verb }: Asked): DeliveryFailure {
  return verb === 'verify' ? new DeliveryFailure({ ...facts, passing: true }) : new UnknownOutcome(facts);
}
