import type { Type } from '@nestjs/common';
import { LINE_RETRY, LineRetry } from '#fulfillment';
import { OrdersDatabase, PendingOrders } from '#orders';
import { ORDER_EXPIRY, OrderExpiry, PAYMENT_CHECKS, PAYMENT_EVENTS, PaymentChecks, PaymentEvents, PaymentLedger, PaymentSync, WebhookInbox } from '#payments';
import { LATE_PAYMENTS, LatePayments, REFUND_ACCESS, REFUND_MONEY, RefundAccess, RefundMoney } from '#refunds';
import { wire, type ProcessSurroundings } from './payment-world.wiring.js';
import { TcpProxy } from './tcp-proxy.js';

/** A source of work as the scheduler would call it. */
export interface Source {
  readonly name: string;
  findDue(limit: number): Promise<readonly { readonly id: string; readonly alone: boolean }[]>;
  perform(work: { readonly id: string; readonly alone: boolean }): Promise<void>;
}

/** What an API or a worker would be, on ways of its own to PostgreSQL, to the gateway and to the provider. */
export class WorldProcess {
  private readonly ended: Promise<never>;
  private end: (error: Error) => void = () => undefined;

  private constructor(
    private readonly life: { isOver: boolean },
    private readonly module: Awaited<ReturnType<typeof wire>>,
    private readonly ways: Ways,
  ) {
    this.ended = new Promise((_, reject) => (this.end = reject));
    this.ended.catch(() => undefined);
  }

  static async start(surroundings: ProcessSurroundings): Promise<WorldProcess> {
    const ways = await openWays(surroundings);
    const life = { isOver: false };
    return new WorldProcess(life, await wire(surroundings, { databaseUrl: ways.database.through(surroundings.databaseUrl), gatewayUrl: urlOf(ways.gateway), providerUrl: ways.provider && urlOf(ways.provider) }, () => !life.isOver), ways);
  }

  get isAlive(): boolean {
    return !this.life.isOver;
  }

  get sources(): readonly Source[] {
    return SOURCES.map((source) => this.get(source));
  }

  get<Service>(service: Type<Service>): Service {
    return this.module.get(service, { strict: false });
  }

  get sync(): PaymentSync {
    return this.get(PaymentSync);
  }

  get ledger(): PaymentLedger {
    return this.get(PaymentLedger);
  }

  get orders(): PendingOrders {
    return this.get(PendingOrders);
  }

  get database(): OrdersDatabase {
    return this.get(OrdersDatabase);
  }

  get inbox(): WebhookInbox {
    return this.get(WebhookInbox);
  }

  /** Where this process sees the gateway. */
  get gatewayUrl(): string {
    return urlOf(this.ways.gateway);
  }

  /** Does the work; whoever waits for it is let go when the process is killed. @throws {KilledError} */
  run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (!this.isAlive) return Promise.reject(new KilledError());
    const running = work();
    running.catch(() => undefined);
    return Promise.race([running, this.ended]);
  }

  /** As `kill -9`: from now on it reaches nobody, and nothing that it had in hand goes on. */
  async kill(): Promise<void> {
    if (!this.isAlive) return;
    this.life.isOver = true;
    this.end(new KilledError());
    await cut(this.ways);
    // What is left of it ends by itself: it has nobody to talk to.
    void this.module.close().catch(() => undefined);
  }

  async close(): Promise<void> {
    if (!this.isAlive) return;
    this.life.isOver = true;
    await this.module.close();
    await cut(this.ways);
  }
}

export class KilledError extends Error {
  override readonly name = 'KilledError';
}

const SOURCES: readonly Type<Source>[] = [LineRetry, PaymentChecks, OrderExpiry, PaymentEvents, RefundMoney, RefundAccess, LatePayments];
/** Their names. */
export const SOURCE_NAMES = [LINE_RETRY, PAYMENT_CHECKS, ORDER_EXPIRY, PAYMENT_EVENTS, REFUND_MONEY, REFUND_ACCESS, LATE_PAYMENTS] as const;

interface Ways {
  readonly database: TcpProxy;
  readonly gateway: TcpProxy;
  readonly provider: TcpProxy | null;
}

async function openWays({ databaseUrl, gatewayUrl, provider: { url } }: ProcessSurroundings): Promise<Ways> {
  const to = (target: string) => TcpProxy.listen({ host: new URL(target).hostname, port: Number(new URL(target).port) });
  const [database, gateway, provider] = await Promise.all([to(databaseUrl), to(gatewayUrl), url === null ? null : to(url)]);
  return { database, gateway, provider };
}

async function cut({ database, gateway, provider }: Ways): Promise<void> {
  await Promise.all([database.close(), gateway.close(), provider?.close()]);
}

function urlOf({ port }: TcpProxy): string {
  return `http://127.0.0.1:${port}`;
}
