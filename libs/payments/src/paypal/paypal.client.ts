import { z } from 'zod';
import type { GatewayCall } from '../gateway-calls/gateway.call.js';
import type { GatewayHttp, HttpAnswer } from '../gateway-calls/gateway.http.js';
import { type Asked, GatewayRefusal, refusalOf, unansweredFailure, unreadableAnswer } from '../gateway-calls/gateway.refusal.js';
import { gatewayWords } from '../gateway-calls/gateway.words.js';
import { jsonIn } from '../gateway-calls/json-in.js';
import { PAYPAL_MEANINGS } from './paypal-failures.js';
import type { PayPalOptions } from './paypal.options.js';
import { PayPalTokens } from './paypal.tokens.js';

export interface PayPalRequest {
  readonly method: 'GET' | 'POST';
  /** Starts with a slash; its parts are encoded already. */
  readonly path: string;
  readonly body?: object;
  /** PayPal answers a repeated one as it answered the first. */
  readonly requestId?: string;
}

export interface PayPalAnswer {
  readonly status: number;
  /** Not read yet: it may be anything. */
  readonly value: unknown;
}

const ErrorAnswer = z.object({
  name: z.string().optional().catch(undefined),
  message: z.string().optional().catch(undefined),
  details: z.array(z.object({ issue: z.string().optional().catch(undefined), description: z.string().optional().catch(undefined) })).catch([]),
});

/** Speaks PayPal's REST API, each request once; only one that its token kept out is made again, with a new one. */
export class PayPalClient {
  private readonly tokens: PayPalTokens;

  constructor(
    private readonly http: GatewayHttp,
    private readonly options: PayPalOptions,
    timeoutMs: number,
  ) {
    this.tokens = new PayPalTokens(http, options, timeoutMs);
  }

  /** @throws {GatewayFailure}; a `GatewayRefusal`, with PayPal's issue as its code, where PayPal said no. */
  async ask(request: PayPalRequest, call: GatewayCall): Promise<PayPalAnswer> {
    const token = await this.tokens.take(call);
    try {
      return await this.askAs(token.value, request, call);
    } catch (error) {
      if (token.isNew || !(error instanceof GatewayRefusal) || error.httpStatus !== 401) throw error;
      this.tokens.drop(token);
      return this.askAs((await this.tokens.take(call)).value, request, call);
    }
  }

  private async askAs(token: string, request: PayPalRequest, call: GatewayCall): Promise<PayPalAnswer> {
    const changes = request.method !== 'GET';
    const asked: Asked = { gateway: 'PayPal', meanings: PAYPAL_MEANINGS, changes, call };
    const answer = await this.exchange(token, request, call).catch((error: unknown) => Promise.reject(unansweredFailure(error, asked) as Error));
    const refusal = answer.status >= 300 ? this.refusal(answer, token, asked) : null;
    // One that did not let us in did nothing, and is made again.
    if (changes && answer.status !== 401) call.noteChange();
    if (refusal) throw refusal;
    return { status: answer.status, value: jsonIn(answer.text) };
  }

  private exchange(token: string, { method, path, body, requestId }: PayPalRequest, { signal }: GatewayCall): Promise<HttpAnswer> {
    const headers = {
      Authorization: `Bearer ${token}`,
      'Content-Type': 'application/json',
      Prefer: 'return=representation',
      ...(requestId !== undefined && { 'PayPal-Request-Id': requestId }),
    };
    return this.http.exchange({ method, url: `${this.options.apiUrl.replace(/\/$/, '')}${path}`, headers, ...(body && { body: JSON.stringify(body) }) }, signal);
  }

  private refusal(answer: HttpAnswer, token: string, asked: Asked): GatewayRefusal {
    const { data } = ErrorAnswer.safeParse(jsonIn(answer.text));
    const [detail] = data?.details ?? [];
    const code = detail?.issue ?? data?.name ?? null;
    const { clientId, clientSecret, webhookId } = this.options;
    const said = [code, detail?.description ?? data?.message].filter((words) => words !== null && words !== undefined && words !== '');
    return refusalOf(answer, code, gatewayWords(said.join(': '), [token, clientSecret, clientId, webhookId]), asked);
  }
}

/** @throws {GatewayFailure} when it is not what PayPal answers. */
export function read<Shape>(shape: z.ZodType<Shape>, { value, status }: PayPalAnswer, call: GatewayCall): Shape {
  const { success, data, error } = shape.safeParse(value);
  if (success) return data;
  const [issue] = error.issues;
  throw unreadableAnswer({ gateway: 'PayPal', call }, `${issue?.path.join('.') || 'the whole'} is not what it should be`, status);
}

/** @throws {GatewayFailure} for null: amounts that cannot be. */
export function believed<Thing>(thing: Thing | null, call: GatewayCall): Thing {
  if (thing === null) throw unreadableAnswer({ gateway: 'PayPal', call }, 'an amount, or its currency, cannot be', 200);
  return thing;
}
