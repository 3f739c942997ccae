import type { DynamicModule } from '@nestjs/common';
import { DeliveryFailure, UnknownOutcome, type Fulfiller, type FulfillmentRequest, type Receipt } from '@order-fulfillment/fulfiller-kit';
import { FulfillerRegistry } from '#fulfillment';
import type { Evidence } from './payment-world.judge.js';
import type { ProviderFault, WorldProduct, WorldProvider } from './payment-world.provider.js';

/** What a provider was made to do for one line. */
interface DeliveredLine {
  readonly orderNumber: string;
  delivered: number;
  revoked: number;
}

class DeliveriesModule {}

/** A provider that keeps count, and knows no idempotency keys: whoever calls it twice has delivered twice. */
export class Deliveries implements WorldProvider {
  readonly url = null;
  readonly products: readonly WorldProduct[] = [product('01', 4_900), product('02', 10_001), product('03', 300)];
  /** What goes wrong with the next calls, one after the other. */
  private faults: ProviderFault[] = [];
  private readonly lines = new Map<string, DeliveredLine>();

  reset(): Promise<void> {
    this.lines.clear();
    return this.mend();
  }

  mend(): Promise<void> {
    this.faults = [];
    return Promise.resolve();
  }

  /** By the line's id. */
  all(): ReadonlyMap<string, DeliveredLine> {
    return this.lines;
  }

  fail(fault: ProviderFault): Promise<void> {
    this.faults.push(fault);
    return Promise.resolve();
  }

  settled(): Promise<void> {
    return Promise.resolve();
  }

  module(_url: null, isAlive: () => boolean): DynamicModule {
    const capabilities = { revoke: true, asynchronous: false, sharedAccess: false };
    const seat = { fulfiller: this.fulfillerFor(isAlive), capabilities, dependency: null, timeoutMs: 500, maxQuantity: 1, repeatable: false, callbackSecrets: [] };
    return { module: DeliveriesModule, providers: [{ provide: FulfillerRegistry, useValue: new FulfillerRegistry(new Map([['seat', seat]])) }], exports: [FulfillerRegistry] };
  }

  /** The provider as one process reaches it. A dead process reaches nobody. */
  private fulfillerFor(isAlive: () => boolean): Fulfiller {
    const called = async <Result>(work: () => Result): Promise<Result> => {
      await new Promise((resolve) => setImmediate(resolve));
      if (!isAlive()) return new Promise(() => undefined);
      const fault = this.faults.shift();
      if (fault === 'refused' || fault === 'away') throw new DeliveryFailure({ kind: 'server', detail: 'Not now.', passing: true });
      if (fault === 'lost before') throw new UnknownOutcome({ kind: 'network', detail: 'The line went dead.' });
      const result = work();
      if (fault === 'lost after') throw new UnknownOutcome({ kind: 'network', detail: 'The line went dead.' });
      return result;
    };
    return {
      parseDetails: (raw) => raw,
      fulfill: (request) => called(() => this.deliver(request)),
      verify: (request) => called(() => this.look(request)),
      revoke: (request) => called(() => this.takeBack(request)),
    };
  }

  private deliver({ idempotencyKey, orderNumber }: FulfillmentRequest<unknown>): Receipt {
    const line = this.lines.get(idempotencyKey) ?? { orderNumber, delivered: 0, revoked: 0 };
    line.delivered += 1;
    this.lines.set(idempotencyKey, line);
    return { reference: orderNumber };
  }

  private look({ idempotencyKey }: FulfillmentRequest<unknown>): Receipt | null {
    const line = this.lines.get(idempotencyKey);
    return line && line.delivered > line.revoked ? { reference: line.orderNumber } : null;
  }

  private takeBack({ idempotencyKey }: FulfillmentRequest<unknown>): void {
    const line = this.lines.get(idempotencyKey);
    if (line && line.delivered > line.revoked) line.revoked += 1;
  }
}

function product(number: string, priceMinor: number): WorldProduct {
  return { id: `01900000-0000-7000-8000-0000000000${number}`, sku: `SKU-${number}`, priceMinor, details: {}, soldOnce: true };
}

/** What was paid for is delivered once; and nothing else is. */
export function wrongDeliveries(deliveries: Deliveries, { orders }: Evidence): string[] {
  const found: string[] = [];
  const lines = new Map(orders.flatMap(({ number, paid, lines: own }) => own.map((line) => [line.id, { ...line, number, paid }] as const)));
  for (const [id, { delivered, revoked }] of deliveries.all()) {
    const line = lines.get(id);
    if (delivered > 1) found.push(`Line ${id} was delivered ${delivered} times.`);
    if (!line || line.paid !== 1) found.push(`Line ${id} was delivered, and its order was opened ${String(line?.paid)} times.`);
    else if (!line.isHeld && (line.status === 'fulfilled') !== (delivered > revoked)) found.push(`Line ${id} is ${line.status}; it was delivered ${delivered} times and taken back ${revoked} times.`);
  }
  for (const [id, line] of lines) if (line.status === 'fulfilled' && !deliveries.all().has(id)) found.push(`Line ${id} is fulfilled, and was never delivered.`);
  return found;
}
