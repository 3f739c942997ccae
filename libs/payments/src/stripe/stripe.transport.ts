import { AsyncLocalStorage } from 'node:async_hooks';
import type { Stripe } from 'stripe';
import type { GatewayCall } from '../gateway-calls/gateway.call.js';
import type { GatewayHttp, HttpAnswer } from '../gateway-calls/gateway.http.js';
import { jsonIn } from '../gateway-calls/json-in.js';

type HttpClient = NonNullable<Stripe.StripeConfig['httpClient']>;
type MakeRequest = HttpClient['makeRequest'];
type HttpClientResponse = Awaited<ReturnType<MakeRequest>>;

/** What the last request of a piece of work met. */
export interface Exchanged {
  readonly call: GatewayCall;
  changes: boolean;
  answer: HttpAnswer | null;
  /** Why there is no answer. */
  unanswered: unknown;
}

/**
 * The HTTP client under the SDK. The SDK knows of no signal, repeats a request whose connection was closed whatever it is told, and waits for a dripping
 * answer for ever: so requests are made here, and what they met is kept for whoever asked, beside what the SDK makes of it.
 */
export class StripeTransport implements HttpClient {
  private readonly work = new AsyncLocalStorage<Exchanged>();

  constructor(private readonly http: GatewayHttp) {}

  getClientName(): string {
    return 'order-fulfillment';
  }

  /** Runs work of the SDK; its requests end with the call. */
  run<Result>(exchanged: Exchanged, work: () => Promise<Result>): Promise<Result> {
    return this.work.run(exchanged, work);
  }

  async makeRequest(...[host, port, path, method, headers, body, protocol]: Parameters<MakeRequest>): Promise<HttpClientResponse> {
    const exchanged = this.work.getStore();
    if (exchanged === undefined) throw new Error('A request to Stripe was made outside of a call.');
    Object.assign(exchanged, { changes: method !== 'GET', answer: null, unanswered: null });
    const url = `${protocol}://${host}:${port}${path}`;
    try {
      const answer = await this.http.exchange({ method, url, headers: texts(headers), ...(body !== '' && { body }) }, exchanged.call.signal);
      exchanged.answer = answer;
      return new StripeAnswer(answer);
    } catch (error) {
      exchanged.unanswered = error;
      // Its own error, which has no code of the network: by that the SDK would repeat the request.
      throw error;
    }
  }
}

class StripeAnswer implements HttpClientResponse {
  constructor(private readonly answer: HttpAnswer) {}

  getStatusCode(): number {
    return this.answer.status;
  }

  getHeaders(): HttpAnswer['headers'] {
    return this.answer.headers;
  }

  getRawResponse(): unknown {
    return {};
  }

  toStream(): never {
    throw new Error('Answers of Stripe are not streamed.');
  }

  /** Over JSON that is no object the SDK stumbles where nobody catches it: the call would never end, and the program would. */
  async toJSON(): Promise<unknown> {
    const value = await Promise.resolve(jsonIn(this.answer.text));
    if (typeof value !== 'object' || value === null) throw new Error('Stripe answered with no JSON object.');
    return value;
  }
}

function texts(headers: Parameters<MakeRequest>[4]): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (value === undefined || value === null ? [] : [[name, String(value)]])));
}
