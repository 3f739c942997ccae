import { setTimeout as sleep } from 'node:timers/promises';
import { ask, type Answer, type OrderBody } from '../../support/api-client.js';
import type { GatewayShop } from '../../support/shop.js';
import type { Random } from './random.js';

const PAUSE_MS = 100;
/** Of one request. */
const ANSWER_LIMIT_MS = 5_000;
/** For one thing that a customer wants, over all his tries. */
const PATIENCE_MS = 60_000;
const SKUS = ['BIO_VERIFIED', 'CHEM_VERIFIED'] as const;
const REASON = 'he has changed his mind';

interface Customer {
  readonly username: string;
  readonly token: string;
}

/** How far one purchase came. */
export interface Bought extends Customer {
  readonly number: string;
  readonly processor: string;
  /** Two sides asked for his money at the same time. */
  readonly wasReturned: boolean;
}

/** Buyers who pay by a gateway, as browsers do it: whoever gets no answer asks again, with the same key, until he has one. */
export class Customers {
  readonly bought: Bought[] = [];

  constructor(
    private readonly shop: GatewayShop,
    private readonly url: () => string | null,
    private readonly random: Random,
  ) {}

  /** One purchase from checkout to the last answer; every third buyer wants his money back. */
  async buy(turn: number): Promise<void> {
    const customer = await this.shop.learner();
    const processor = turn % 2 === 0 ? 'stripe' : 'paypal';
    const number = await this.checkout(customer, processor);
    await this.start(customer, number);
    await this.shop.gateway.control.pay(number).catch(() => undefined);
    if (this.random.chance(0.7)) await this.confirm(customer, number);
    const wasReturned = turn % 3 === 0 && (await this.returned(customer, number));
    this.bought.push({ ...customer, number, processor, wasReturned });
  }

  private async checkout({ token, username }: Customer, processor: string): Promise<string> {
    const skus = this.random.chance(0.3) ? SKUS : [this.random.pick(SKUS)];
    const body = { items: skus.map((sku) => ({ sku, quantity: 1 })), payment: { processor } };
    const answer = await this.until('checkout', ({ status }) => status === 201, 'POST', '/v1/checkout', { token, key: `checkout-${username}`, body });
    return answer.body.number;
  }

  /** Until the gateway knows of it: a buyer with nothing to pay by presses the button again. */
  private async start({ token }: Customer, number: string): Promise<void> {
    const isKnown = async () => (await this.shop.sql(`select 1 from payment where order_number = $1 and reference is not null`, [number])).length > 0;
    while (!(await isKnown())) {
      await this.try('POST', `/v1/orders/${number}/payment/start`, { token, body: {} });
      await sleep(PAUSE_MS);
    }
  }

  private async confirm({ token }: Customer, number: string): Promise<void> {
    await this.until(`the confirmation of ${number}`, ({ status }) => status === 200 || status === 409, 'POST', `/v1/orders/${number}/payment/confirm`, { token, body: {} });
  }

  /** He asks, and staff ask, at once; and whatever there is then is approved by two. @returns whether there was anything to return. */
  private async returned({ token, username }: Customer, number: string): Promise<boolean> {
    const { staff } = this.shop;
    const body = { orderNumber: number, reason: REASON };
    await this.until(`${number} is paid`, ({ body: order }) => ['complete', 'fulfillment_error', 'open'].includes(order.status), 'GET', `/v1/orders/${number}`, { token: staff });
    const wish = (who: string) => this.until(`a refund of ${number}`, ({ status }) => status === 201 || status === 409, 'POST', '/v1/refunds', { token: who, key: `refund-${username}-${who === staff ? 'staff' : 'own'}`, body });
    const asked = await Promise.all([wish(staff), wish(token)]);
    const refund = asked.find(({ status }) => status === 201)?.body.number;
    if (refund === undefined) return false;
    const approve = () => this.until(`the approval of ${refund}`, ({ status }) => status === 200 || status === 409, 'POST', `/v1/refunds/${refund}/approve`, { token: staff, body: { reason: REASON } });
    await Promise.all([approve(), approve()]);
    return true;
  }

  private async until(what: string, isEnough: (answer: Answer) => boolean, ...request: Parameters<Customers['try']>): Promise<Answer> {
    const endsAtMs = performance.now() + PATIENCE_MS;
    let last: Answer<OrderBody> | null = null;
    while (performance.now() < endsAtMs) {
      last = (await this.try(...request)) ?? last;
      if (last && isEnough(last)) return last;
      await sleep(PAUSE_MS);
    }
    throw new Error(`Nobody could be got to do it: ${what}. The last answer: ${last?.text ?? 'none'}`);
  }

  private async try(method: string, path: string, options: { readonly token: string; readonly key?: string; readonly body?: unknown }): Promise<Answer | null> {
    const url = this.url();
    if (url === null) return null;
    const late = sleep(ANSWER_LIMIT_MS, null, { ref: false });
    return Promise.race([ask(url, method, path, options).catch(() => null), late]);
  }
}
