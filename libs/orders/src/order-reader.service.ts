import { EntityManager, type FilterQuery } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import type { FailureKind } from './failure.js';
import { Order } from './order.entity.js';
import type { OrderSnapshot } from './order.snapshot.js';
import { OrderNotFoundError } from './orders.errors.js';
import type { OrderStatus } from './transitions.js';

/** Which orders to list. Absent keys do not filter. */
export interface OrderFilter {
  readonly learner?: string | undefined;
  readonly status?: OrderStatus | undefined;
  readonly failureKind?: FailureKind | undefined;
  readonly sku?: string | undefined;
  readonly placedAfter?: Date | undefined;
  readonly placedBefore?: Date | undefined;
}

export interface OrderPage {
  readonly orders: readonly OrderSnapshot[];
  /** The id to go on after, or `null` at the end. */
  readonly nextAfterId: string | null;
}

/** Reads orders. Never locks, never writes. */
@Injectable()
export class OrderReader {
  constructor(private readonly em: EntityManager) {}

  /** @throws {OrderNotFoundError} */
  byId(id: string): Promise<OrderSnapshot> {
    return this.snapshot({ id });
  }

  /** An order with its lines. @throws {OrderNotFoundError} */
  byNumber(number: string): Promise<OrderSnapshot> {
    return this.snapshot({ number });
  }

  /** An order with lines, attempts and history. `learner` limits it to his own. @throws {OrderNotFoundError} */
  async detail(number: string, learner?: string): Promise<Order> {
    const order = await this.em.fork().findOne(Order, owned(number, learner), { populate: ['lines.attemptLog', 'history'] });
    if (!order) throw new OrderNotFoundError();
    return order;
  }

  /** Newest first, `limit` at most, after the order `afterId`. */
  async list(filter: OrderFilter, limit: number, afterId: string | null): Promise<OrderPage> {
    const found = await this.em.fork().find(Order, conditions(filter, afterId), { orderBy: { id: 'desc' }, limit: limit + 1, populate: ['lines'] });
    const orders = found.slice(0, limit).map((order) => order.snapshot());
    return { orders, nextAfterId: found.length > limit ? (orders.at(-1)?.id ?? null) : null };
  }

  private async snapshot(where: FilterQuery<Order>): Promise<OrderSnapshot> {
    const order = await this.em.fork().findOne(Order, where, { populate: ['lines'] });
    if (!order) throw new OrderNotFoundError();
    return order.snapshot();
  }
}

function owned(number: string, learner: string | undefined): FilterQuery<Order> {
  return learner === undefined ? { number } : { number, learnerUsername: learner };
}

function conditions({ learner, status, failureKind, sku, placedAfter, placedBefore }: OrderFilter, afterId: string | null): FilterQuery<Order> {
  const all: FilterQuery<Order>[] = [];
  if (learner !== undefined) all.push({ learnerUsername: learner });
  if (status !== undefined) all.push({ status });
  if (sku !== undefined) all.push({ lines: { $some: { sku } } });
  if (failureKind !== undefined) all.push({ lines: { $some: { failureKind } } });
  if (placedAfter) all.push({ placedAt: { $gte: placedAfter } });
  if (placedBefore) all.push({ placedAt: { $lt: placedBefore } });
  if (afterId !== null) all.push({ id: { $lt: afterId } });
  return { $and: all };
}
