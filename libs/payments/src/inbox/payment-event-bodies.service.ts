import { Inject, Injectable } from '@nestjs/common';
import { OrdersDatabase } from '#orders';
import { EMPTY_BODIES, FIND_OLD_BODY } from './inbox.statements.js';
import { PAYMENT_INBOX_OPTIONS, type InboxOptions } from './inbox.options.js';

/** The name of this source of work. */
export const PAYMENT_EVENT_BODIES = 'payment-event-bodies';
/** A commit has so many, and a turn so many commits: what is left is due still. */
const BATCH_SIZE = 1_000;
const BATCHES_A_TURN = 10;

/** Bodies tell of buyers, and nobody reads those of events that were dealt with long ago: they are emptied. The rows stay, so that an event that is sent again is known. */
@Injectable()
export class PaymentEventBodies {
  readonly name = PAYMENT_EVENT_BODIES;

  constructor(
    private readonly database: OrdersDatabase,
    @Inject(PAYMENT_INBOX_OPTIONS) private readonly options: InboxOptions,
  ) {}

  async findDue() {
    const { bodyDays } = this.options;
    if (bodyDays === 0) return [];
    const rows = await this.database.run<{ due_at: Date }>(FIND_OLD_BODY, [bodyDays]);
    return rows.map(({ due_at: dueAt }) => ({ id: 'oldest', dueAt, alone: false }));
  }

  async perform(): Promise<void> {
    const { bodyDays } = this.options;
    if (bodyDays === 0) return;
    for (let batch = 0; batch < BATCHES_A_TURN; batch += 1) {
      if ((await this.database.run(EMPTY_BODIES, [bodyDays, BATCH_SIZE])).length < BATCH_SIZE) return;
    }
  }
}
