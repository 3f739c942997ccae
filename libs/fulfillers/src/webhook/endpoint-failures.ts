import { DeliveryFailure, type FailureFacts, type FailureKind, UnknownOutcome, retryAfterMs } from '@order-fulfillment/fulfiller-kit';
import { EgressRefusedError } from './egress-guard.js';
import type { EndpointAnswer } from './endpoint.client.js';
import { type UnansweredEnd, UnansweredError } from './endpoint.errors.js';
import { wordsIn } from './endpoint-words.js';

/** What is asked of an endpoint. Only `verify` changes nothing there. */
export type Verb = 'deliver' | 'verify' | 'revoke';

/** Whose failure it is. */
export interface Asked {
  readonly verb: Verb;
  readonly productType: string;
  /** Learners see why their lines failed: no failure shows where the endpoint is. */
  readonly url: URL;
  /** What no words may show besides. */
  readonly hidden: readonly string[];
}

interface Meaning extends Pick<FailureFacts, 'kind' | 'passing' | 'mayHaveArrived' | 'everywhere'> {
  readonly from: number;
  readonly to: number;
  /** Shown after "The endpoint" when the endpoint gives no words of its own. */
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

const URL_SHOWN_BY = 'GET /v1/product-types and `npm run ops -- product-types` show its URL';

const KINDS: Readonly<Record<UnansweredEnd, FailureKind>> = { timeout: 'timeout', network: 'network', unreadable: 'server' };

/** An answer that is not a yes, as a failure of the line. To read back changes nothing, and a read-back that failed decides nothing: its failures pass. */
export function refusal({ status, retryAfter, text }: EndpointAnswer, { verb, productType, url, hidden }: Asked): DeliveryFailure {
  const { kind, passing, everywhere = false, mayHaveArrived = false, sentence } = MEANINGS.find(({ from, to }) => from <= status && status <= to) ?? OUT_OF_ORDER;
  const endpoint = everywhere ? `The endpoint of product type ${productType}` : 'The endpoint';
  const hint = everywhere ? ` ${URL_SHOWN_BY}.` : '';
  const detail = wordsIn(text, hidden, url) || `${endpoint} ${sentence ?? 'refused or failed'} (it answered ${status}).${hint}`;
  const waitMs = retryAfterMs(retryAfter);
  const facts = { detail, httpStatus: status, everywhere, ...(waitMs !== null && { retryAfterMs: waitMs }) };
  if (verb === 'verify') return new DeliveryFailure({ ...facts, kind: kind === 'rejected' ? 'server' : kind, passing: true });
  return new DeliveryFailure({ ...facts, kind, passing, mayHaveArrived });
}

/** The endpoint says that it will never deliver a line that it had accepted. */
export function givenUp({ status, text }: EndpointAnswer, { url, hidden }: Asked): DeliveryFailure {
  const detail = wordsIn(text, hidden, url) || `The endpoint will not deliver what it had accepted (it answered ${status}).`;
  return new DeliveryFailure({ kind: 'rejected', detail, passing: false, httpStatus: status });
}

/** It answered yes, in a form that tells nothing. */
export function unreadable({ status }: EndpointAnswer, asked: Asked, wanted: string): DeliveryFailure {
  return inDoubt({ kind: 'server', detail: `The endpoint answered ${status} in a form that nobody can read: ${wanted}.`, httpStatus: status }, asked);
}

/** Turns what the client throws into a failure of the line. Anything else is a bug, and comes back as it is. */
export function unansweredFailure(error: unknown, asked: Asked): unknown {
  if (error instanceof EgressRefusedError) {
    const detail = `The endpoint of product type ${asked.productType} was not called: it has an address that is not public, or none that may be called over plain http. ${URL_SHOWN_BY}. Name its network in allowedNetworks if you mean it.`;
    return new DeliveryFailure({ kind: 'configuration', detail, passing: asked.verb === 'verify', everywhere: true, cause: error });
  }
  if (!(error instanceof UnansweredError)) return error;
  const facts = { kind: KINDS[error.end], detail: `The endpoint ${error.message}.` };
  return error.mayHaveArrived ? inDoubt(facts, asked) : new DeliveryFailure({ ...facts, passing: true });
}

function inDoubt(facts: Pick<FailureFacts, 'kind' | 'detail' | 'httpStatus'>, { verb }: Asked): DeliveryFailure {
  return verb === 'verify' ? new DeliveryFailure({ ...facts, passing: true }) : new UnknownOutcome(facts);
}
