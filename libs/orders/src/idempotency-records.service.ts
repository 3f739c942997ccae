import { Inject, Injectable } from '@nestjs/common';
import type { IdempotencyScope } from './new-order.js';
import { OrderReader } from './order-reader.service.js';
import type { OrderSnapshot } from './order.snapshot.js';
import { OrdersDatabase, type Runner } from './orders.database.js';
import { IdempotencyKeyReusedError, RequestInProgressError } from './orders.errors.js';
import { ORDERS_OPTIONS, type OrdersOptions } from './orders.options.js';
import type { StoredAnswer } from './settlement.js';
import { FIND_RECORD, STORE_ANSWER, WRITE_ANSWERED, type RecordRow } from './statements/idempotency.statement.js';

/** What was asked under a key, and how to answer it from its order where no answer was stored. */
export interface RepeatedRequest {
  readonly scope: IdempotencyScope;
  readonly fingerprint: string;
  readonly render: (order: OrderSnapshot) => StoredAnswer;
}

/** One key, one order, one answer. */
@Injectable()
export class IdempotencyRecords {
  constructor(
    private readonly database: OrdersDatabase,
    private readonly reader: OrderReader,
    @Inject(ORDERS_OPTIONS) private readonly options: OrdersOptions,
  ) {}

  /**
   * The answer that a key already has; `undefined` when the key is new.
   *
   * An answer that was never stored, because its process died, is built from the order once it is overdue, and stored.
   *
   * @throws {IdempotencyKeyReusedError} the key stands for another body.
   * @throws {RequestInProgressError} the first request may still be running.
   */
  async replay({ scope, fingerprint, render }: RepeatedRequest): Promise<StoredAnswer | undefined> {
    const key = [scope.caller, scope.route, scope.key];
    const [record] = await this.database.run<RecordRow>(FIND_RECORD, key);
    if (!record) return undefined;
    if (record.fingerprint !== fingerprint) throw new IdempotencyKeyReusedError();
    if (record.answer_status !== null && record.answer_body !== null) return { status: record.answer_status, body: record.answer_body };
    const dueInMs = this.options.answerDueMs - record.age_ms;
    if (dueInMs > 0) throw new RequestInProgressError(dueInMs);
    return this.answer({ scope, render }, await this.reader.byId(record.order_id));
  }

  /** Builds the answer to a key from its order and stores it, unless it has one already; gives the one that holds. */
  async answer({ scope, render }: Pick<RepeatedRequest, 'scope' | 'render'>, order: OrderSnapshot): Promise<StoredAnswer> {
    const built = render(order);
    const [stored] = await this.database.run<{ answer_status: number; answer_body: string }>(STORE_ANSWER, [scope.caller, scope.route, scope.key, built.status, built.body]);
    return stored ? { status: stored.answer_status, body: stored.answer_body } : built;
  }

  /**
   * Writes a key with its answer in the caller's transaction: what was done for it and the answer are one commit.
   *
   * @throws {RequestInProgressError} somebody has written the key at this very moment: the transaction must not be committed, and `replay` has the answer.
   */
  async writeAnswered(runner: Runner, { scope, fingerprint }: Pick<RepeatedRequest, 'scope' | 'fingerprint'>, orderId: string, { status, body }: StoredAnswer): Promise<void> {
    const written = await runner.run(WRITE_ANSWERED, [scope.caller, scope.route, scope.key, fingerprint, orderId, status, body]);
    if (written.length === 0) throw new RequestInProgressError(0);
  }
}
