import Stripe from 'stripe';
import type { GatewayCall } from '../gateway-calls/gateway.call.js';
import { type Asked, refusalOf, unansweredFailure, unreadableAnswer } from '../gateway-calls/gateway.refusal.js';
import { gatewayWords } from '../gateway-calls/gateway.words.js';
import { STRIPE_MEANINGS } from './stripe-failures.js';
import type { StripeOptions } from './stripe.options.js';
import { type Exchanged, StripeTransport } from './stripe.transport.js';

/** The version that the shapes in `stripe.reading.ts` were written for. */
const API_VERSION = '2026-10-28.endive';
const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'https:': '443', 'http:': '80' };

/** What came of a request. */
export interface StripeAnswered {
  /** Not read yet: it may be anything. */
  readonly value: unknown;
  /** The answer is that of an earlier request with the same key, as things stood then. */
  readonly isReplayed: boolean;
}

/** The SDK, with its failures told in ours. Nothing is repeated. */
export class StripeClient {
  private readonly sdk: Stripe;
  private readonly hidden: readonly string[];

  constructor(
    private readonly transport: StripeTransport,
    { secretKey, webhookSecrets, apiUrl }: StripeOptions,
  ) {
    const { protocol, hostname, port } = new URL(apiUrl);
    this.hidden = [secretKey, ...webhookSecrets];
    this.sdk = new Stripe(secretKey, {
      apiVersion: API_VERSION,
      httpClient: transport,
      maxNetworkRetries: 0,
      telemetry: false,
      host: hostname,
      port: port || DEFAULT_PORTS[protocol] || '443',
      protocol: protocol === 'http:' ? 'http' : 'https',
    });
  }

  /** @throws {GatewayFailure}; a `GatewayRefusal` where Stripe said no. */
  async ask(call: GatewayCall, work: (sdk: Stripe) => Promise<unknown>): Promise<StripeAnswered> {
    const exchanged: Exchanged = { call, changes: false, answer: null, unanswered: null };
    try {
      const value = await this.transport.run(exchanged, () => work(this.sdk));
      // For the SDK everything is well where the body has no `error`, whatever the status: so speaks a proxy, or nobody.
      if (exchanged.answer === null || exchanged.answer.status >= 300) throw new Error('Stripe did not say yes.');
      return { value, isReplayed: exchanged.answer.headers['idempotent-replayed'] === 'true' };
    } catch (error) {
      throw this.failureOf(error, exchanged);
    } finally {
      if (exchanged.changes) call.noteChange();
    }
  }

  private failureOf(error: unknown, { call, changes, answer, unanswered }: Exchanged): unknown {
    const asked: Asked = { gateway: 'Stripe', meanings: STRIPE_MEANINGS, changes, call };
    if (unanswered !== null) return unansweredFailure(unanswered, asked);
    if (answer === null) return error;
    const { code, words } = this.saidBy(error);
    if (answer.status >= 300) return refusalOf(answer, code, words, asked);
    if (changes) call.noteChange();
    return unreadableAnswer(asked, words === '' ? 'it is no JSON object' : `it says ${answer.status}, and an error: ${words}`, answer.status);
  }

  private saidBy(error: unknown): { readonly code: string | null; readonly words: string } {
    // Without a raw type it is the SDK's own sentence, about an answer that it could not read.
    if (!(error instanceof Stripe.errors.StripeError) || error.rawType === undefined) return { code: null, words: '' };
    const code = error.code ?? (error.rawType === 'idempotency_error' ? error.rawType : null);
    return { code, words: gatewayWords(error.message, this.hidden) };
  }
}


