import { z } from 'zod';
import { GatewayFailure } from '../contract/gateway-failure.js';
import { GatewayCall } from '../gateway-calls/gateway.call.js';
import type { GatewayHttp } from '../gateway-calls/gateway.http.js';
import { type Asked, refusalOf, unansweredFailure, unreadableAnswer } from '../gateway-calls/gateway.refusal.js';
import { jsonIn } from '../gateway-calls/json-in.js';
import { unlessOver } from '../gateway-calls/unless-over.js';
import { PAYPAL_MEANINGS } from './paypal-failures.js';
import type { PayPalOptions } from './paypal.options.js';

/** A token is no longer used when it would run out so soon. */
const SPARE_MS = 60_000;

const TokenAnswer = z.object({ access_token: z.string().regex(/^[\x21-\x7e]+$/), expires_in: z.number().positive(), token_type: z.string().regex(/^bearer$/i) });

export interface Token {
  readonly value: string;
  /** Whether it was made for this call: if PayPal does not take it, it takes none. */
  readonly isNew: boolean;
}

/** The access token of our REST app. It is kept until shortly before it runs out; one request for a new one is under way at a time. */
export class PayPalTokens {
  private held: { readonly value: string; readonly until: number } | null = null;
  private pending: Promise<string> | null = null;

  constructor(
    private readonly http: GatewayHttp,
    private readonly options: PayPalOptions,
    private readonly timeoutMs: number,
  ) {}

  /** @throws {GatewayFailure} there is none; the call that needs it has not left. */
  async take({ signal }: GatewayCall): Promise<Token> {
    if (this.held !== null && performance.now() < this.held.until) return { value: this.held.value, isNew: false };
    const late = () => new GatewayFailure('PayPal was not called: there was no token in time.', { kind: 'network', passing: true });
    if (signal.aborted) throw late();
    this.pending ??= this.request().finally(() => (this.pending = null));
    return { value: await unlessOver(this.pending, signal, late), isNew: true };
  }

  /** PayPal no longer takes this token: the next call gets another. */
  drop({ value }: Token): void {
    if (this.held?.value === value) this.held = null;
  }

  /** On behalf of all who wait, so that no single caller's time bounds it. */
  private async request(): Promise<string> {
    const { apiUrl, clientId, clientSecret } = this.options;
    const askedAt = performance.now();
    const call = new GatewayCall(new AbortController().signal, this.timeoutMs);
    const asked: Asked = { gateway: 'PayPal', meanings: PAYPAL_MEANINGS, changes: false, call };
    const headers = { Authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`, 'Content-Type': 'application/x-www-form-urlencoded' };
    const request = { method: 'POST', url: new URL('/v1/oauth2/token', apiUrl).href, headers, body: 'grant_type=client_credentials' };
    const answer = await this.http.exchange(request, call.signal).catch((error: unknown) => Promise.reject(unansweredFailure(error, asked) as Error));
    if (answer.status >= 300) throw refusalOf(answer, null, 'it gave us no token', asked);
    const { success, data } = TokenAnswer.safeParse(jsonIn(answer.text));
    if (!success) throw unreadableAnswer(asked, 'it holds no token', answer.status);
    this.held = { value: data.access_token, until: askedAt + data.expires_in * 1_000 - SPARE_MS };
    return data.access_token;
  }
}
