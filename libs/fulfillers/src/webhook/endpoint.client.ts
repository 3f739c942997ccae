import type { ClientRequest, IncomingMessage } from 'node:http';
import { types } from 'node:util';
import { signWebhook } from '@order-fulfillment/fulfiller-kit';
import { type EndpointConnections, wasConnected } from './endpoint.connections.js';
import { type UnansweredEnd, UnansweredError } from './endpoint.errors.js';
import { EgressRefusedError } from './egress-guard.js';

/** An endpoint's answer needs a few hundred bytes; what goes beyond this is not read. */
const LONGEST_ANSWER = 64 * 1_024;

export interface EndpointMessage {
  readonly id: string;
  readonly body: string;
}

export interface EndpointAnswer {
  readonly status: number;
  /** The `Retry-After` header. */
  readonly retryAfter: string | null;
  /** The first 64 KiB. */
  readonly text: string;
}

/** Posts signed messages to one endpoint, each once. */
export class EndpointClient {
  constructor(
    private readonly connections: EndpointConnections,
    private readonly secret: string,
    private readonly timeoutMs: number,
  ) {}

  /**
   * @param stop the caller's reason to stop; the call as a whole, connecting included, ends after the client's own time-out in any case.
   * @throws {UnansweredError} | {EgressRefusedError}
   */
  async post({ id, body }: EndpointMessage, stop: AbortSignal): Promise<EndpointAnswer> {
    if (stop.aborted) throw new UnansweredError({ end: 'network', mayHaveArrived: false, detail: 'was not called: the time was over' });
    const signal = AbortSignal.any([stop, AbortSignal.timeout(this.timeoutMs)]);
    const signature = signWebhook({ id, timestampS: Math.floor(Date.now() / 1_000), body, secret: this.secret });
    const request = this.connections.request({ ...HEADERS, 'Content-Length': Buffer.byteLength(body), ...signature }, signal);
    try {
      return await exchange(request, body);
    } catch (error) {
      throw error instanceof EgressRefusedError || error instanceof UnansweredError ? error : unanswered(error, request, signal.aborted);
    }
  }

  close(): void {
    this.connections.close();
  }
}

const HEADERS = { 'Content-Type': 'application/json', Accept: 'application/json', 'User-Agent': 'order-fulfillment' } as const;

/** Ends whatever comes. A request that is closed hears of no signal any more, so each way to close it must end the exchange. */
function exchange(request: ClientRequest, body: string): Promise<EndpointAnswer> {
  return new Promise((resolve, reject) => {
    const endUnanswered = (end: UnansweredEnd, detail: string) => reject(new UnansweredError({ end, mayHaveArrived: true, detail }));
    const endClosed = () => endUnanswered('network', 'closed the connection without an answer');
    request.on('error', reject).once('close', endClosed);
    request.once('upgrade', (_response, socket) => {
      socket.destroy();
      endUnanswered('unreadable', 'answered by changing to another protocol');
    });
    request.once('response', (response) => {
      // A connection may be closed as soon as the answer is there, before it is read.
      request.off('close', endClosed);
      void answerOf(response).then(resolve, reject);
    });
    request.end(body);
  });
}

async function answerOf(response: IncomingMessage): Promise<EndpointAnswer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= LONGEST_ANSWER) break;
  }
  const text = Buffer.concat(chunks).subarray(0, LONGEST_ANSWER).toString('utf8');
  return { status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'] ?? null, text };
}

function unanswered(error: unknown, request: ClientRequest, stopped: boolean): UnansweredError {
  const mayHaveArrived = wasConnected(request);
  const code = types.isNativeError(error) && 'code' in error && typeof error.code === 'string' ? error.code : 'no code';
  if (stopped && !mayHaveArrived) return new UnansweredError({ end: 'network', mayHaveArrived, detail: 'could not be reached in time' });
  if (stopped) return new UnansweredError({ end: 'timeout', mayHaveArrived, detail: 'did not answer in time' });
  const end: UnansweredEnd = code.startsWith('HPE_') ? 'unreadable' : 'network';
  return new UnansweredError({ end, mayHaveArrived, detail: end === 'unreadable' ? `gave an answer that is not HTTP (${code})` : `${mayHaveArrived ? 'broke off' : 'cannot be reached'} (${code})` });
}
