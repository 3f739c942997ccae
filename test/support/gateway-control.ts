/** Money that went back, as the sandbox gateway has it. */
export interface SandboxRefund {
  readonly id: string;
  readonly paymentId: string;
  readonly amountMinor: number;
  readonly status: 'pending' | 'succeeded' | 'failed';
  readonly origin: 'api' | 'console';
  /** What the shop had written down with it. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly failureReason: string | null;
  readonly createdAt: string;
}

export interface SandboxDispute {
  readonly id: string;
  readonly paymentId: string;
  readonly amountMinor: number;
  readonly status: 'open' | 'won' | 'lost';
}

/** A payment with everything that became of its money. Whole minor units by ISO 4217, at both gateways. */
export interface SandboxPayment {
  readonly id: string;
  readonly gateway: 'stripe' | 'paypal';
  readonly status: 'unpaid' | 'action' | 'approved' | 'processing' | 'captured' | 'canceled';
  readonly amountMinor: number;
  /** Upper case. */
  readonly currency: string;
  /** What the shop had written down with it; `custom_id` and `invoice_id` at PayPal. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly captureId: string | null;
  readonly capturedMinor: number;
  /** Also what is on its way back; not what failed. */
  readonly refundedMinor: number;
  readonly pendingMinor: number;
  readonly disputedMinor: number;
  readonly declines: number;
  readonly refunds: readonly SandboxRefund[];
  readonly disputes: readonly SandboxDispute[];
}

/** A call that a gateway was asked, as its ledger has it. */
export interface GatewayLedgerCall {
  readonly seq: number;
  readonly at: string;
  readonly gateway: 'stripe' | 'paypal';
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly idempotencyKey: string | null;
  readonly body: unknown;
  /** Null when no answer was sent. */
  readonly status: number | null;
  readonly replayed: boolean;
  /** It was worked on, whatever was answered. */
  readonly worked: boolean;
  readonly fault: string | null;
}

export interface SandboxEvent {
  readonly id: string;
  readonly gateway: 'stripe' | 'paypal';
  readonly type: string;
  readonly paymentId: string;
  readonly state: 'waiting' | 'held' | 'delivered' | 'given_up' | 'nowhere';
  readonly deliveries: readonly { readonly at: string; readonly status: number | null; readonly error: string | null }[];
  readonly content: unknown;
}

/** What came back for one delivery; `status` is null where nothing did. */
export interface SentEvent {
  readonly eventId: string;
  readonly type: string;
  readonly status: number | null;
  readonly error: string | null;
}

/** As the sandbox's README lists them: `{ kind: 'reset_after', method: 'POST', path: '/v1/refunds', times: 1 }` and others. */
export type GatewayFault = Readonly<{ kind: string } & Record<string, unknown>>;

/** What a buyer, his bank or PayPal does next with a payment. */
export type BuyerStep = 'pay' | 'decline' | 'require-action' | 'complete-action' | 'fail-action' | 'approve' | 'process' | 'cancel';

type Sending = Readonly<{ repeat?: number; delayMs?: number; atOnce?: boolean }>;

/**
 * Plays the buyers of a sandbox gateway, breaks and mends it, and looks at its money. A payment may be named by the gateway's id, by that of its charge
 * or capture, or by anything that the shop had written down with it. Every method throws with the sandbox's own sentence when it refuses.
 */
export class GatewayControl {
  constructor(readonly url: string) {}

  /** At PayPal `pay` is no more than `approve`: the shop takes the money. */
  async buyer(step: BuyerStep, reference: string): Promise<SandboxPayment> {
    return (await this.ask('POST', `/control/payments/${encodeURIComponent(reference)}/${step}`)) as SandboxPayment;
  }

  pay(reference: string): Promise<SandboxPayment> {
    return this.buyer('pay', reference);
  }

  decline(reference: string): Promise<SandboxPayment> {
    return this.buyer('decline', reference);
  }

  /** Somebody returns money at the gateway's console; all that is left when no amount is given. */
  async refundInConsole(reference: string, amountMinor?: number): Promise<SandboxRefund> {
    return (await this.ask('POST', `/control/payments/${encodeURIComponent(reference)}/refund`, amountMinor === undefined ? {} : { amountMinor })) as SandboxRefund;
  }

  async dispute(reference: string, amountMinor?: number): Promise<SandboxDispute> {
    return (await this.ask('POST', `/control/payments/${encodeURIComponent(reference)}/dispute`, amountMinor === undefined ? {} : { amountMinor })) as SandboxDispute;
  }

  async closeDispute(disputeId: string, outcome: 'won' | 'lost'): Promise<SandboxDispute> {
    return (await this.ask('POST', `/control/disputes/${disputeId}/close`, { outcome })) as SandboxDispute;
  }

  /** By the gateway's id, or by what the shop had written down with it. */
  async failRefund(reference: string): Promise<SandboxRefund> {
    return (await this.ask('POST', `/control/refunds/${encodeURIComponent(reference)}/fail`)) as SandboxRefund;
  }

  async succeedRefund(reference: string): Promise<SandboxRefund> {
    return (await this.ask('POST', `/control/refunds/${encodeURIComponent(reference)}/succeed`)) as SandboxRefund;
  }

  /** Whether refunds, and PayPal's captures, are done at once. */
  async ways(ways: Readonly<{ refunds?: 'succeed' | 'pending'; captures?: 'complete' | 'pending' }>): Promise<void> {
    await this.ask('PUT', '/control/ways', ways);
  }

  async payment(reference: string): Promise<SandboxPayment> {
    return (await this.ask('GET', `/control/payments/${encodeURIComponent(reference)}`)) as SandboxPayment;
  }

  /** In the order in which they were made. */
  async payments(): Promise<SandboxPayment[]> {
    return ((await this.ask('GET', '/control/ledger')) as { payments: SandboxPayment[] }).payments;
  }

  /** In the order of arrival. `path` is a part of it. */
  async calls(filter: Readonly<{ method?: string; path?: string; afterSeq?: number }> = {}): Promise<GatewayLedgerCall[]> {
    return ((await this.ask('GET', `/control/ledger${queryOf(filter)}`)) as { calls: GatewayLedgerCall[] }).calls;
  }

  /** From now on exactly these faults; none when called with none. */
  async faults(...faults: readonly GatewayFault[]): Promise<void> {
    await this.ask('PUT', '/control/faults', faults);
  }

  /** Where events go, whether by themselves, and how often they are tried again. What is left out stays. */
  async configureWebhooks(config: Readonly<{ mode?: 'deliver' | 'hold'; stripeUrl?: string | null; paypalUrl?: string | null; stripeSecrets?: readonly string[]; retryDelaysMs?: readonly number[] }>): Promise<void> {
    await this.ask('PUT', '/control/webhooks', config);
  }

  hold(): Promise<void> {
    return this.configureWebhooks({ mode: 'hold' });
  }

  /** Sends every event that is held, and ends when the last one was answered. New ones are held as before. */
  async release(wish: Readonly<{ order?: 'in' | 'reversed' | 'random'; seed?: number }> & Sending = {}): Promise<SentEvent[]> {
    return ((await this.ask('POST', '/control/webhooks/release', wish)) as { sent: SentEvent[] }).sent;
  }

  /** Sends one event now, whatever its state. */
  async send(eventId: string, wish: Sending & Readonly<{ spoil?: 'wrong_signature' | 'stale' | 'no_signature' | 'truncated' }> = {}): Promise<SentEvent[]> {
    return ((await this.ask('POST', `/control/webhooks/${eventId}/send`, wish)) as { sent: SentEvent[] }).sent;
  }

  /** In the order in which they happened. `payment` is any name of one. */
  async events(filter: Readonly<{ state?: SandboxEvent['state']; payment?: string }> = {}): Promise<SandboxEvent[]> {
    return ((await this.ask('GET', `/control/webhooks${queryOf(filter)}`)) as { events: SandboxEvent[] }).events;
  }

  /** Remembers no idempotency key any more, as after a day. */
  async forgetKeys(): Promise<void> {
    await this.ask('POST', '/control/keys/forget');
  }

  /** PayPal's access tokens are refused from now on; a new one may be had. */
  async expireTokens(): Promise<void> {
    await this.ask('POST', '/control/tokens/expire');
  }

  /** Forgets payments, calls, events and faults. Where webhooks go stays. */
  async reset(): Promise<void> {
    await this.ask('POST', '/control/reset');
  }

  private async ask(method: string, path: string, body: unknown = {}): Promise<unknown> {
    const sent = method === 'GET' ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    const response = await fetch(`${this.url}${path}`, { method, ...sent });
    const text = await response.text();
    if (!response.ok) throw new Error(`The gateway refused ${method} ${path}: ${response.status} ${text}`);
    return text === '' ? null : JSON.parse(text);
  }
}

function queryOf(filter: Readonly<Record<string, string | number | undefined>>): string {
  const set = Object.entries(filter).flatMap(([name, value]): [string, string][] => (value === undefined ? [] : [[name, String(value)]]));
  return set.length === 0 ? '' : `?${new URLSearchParams(set).toString()}`;
}
