import { Injectable } from '@nestjs/common';
import { OrdersDatabase, type Statement } from '#orders';
import { PaymentLedger } from '#payments';
import { LateRefunds } from './late-refunds.service.js';

/** The name of this source of work. */
export const LATE_PAYMENTS = 'late-payments';

/** Payments that go back by themselves, and of which no refund was written: whoever was to do it died. */
export const FIND_LATE: Statement = {
  name: 'refunds.find_late',
  text: `
select p.id, p.updated_at as due_at from payment p
 where p.parked_action = 'refund' and not exists (select from refund r where r.payment_id = p.id and r.origin = 'late' and r.status <> 'denied')
 order by p.id limit $1`,
};

/** Parked payments that are to go back by themselves, where nobody saw to it. */
@Injectable()
export class LatePayments {
  readonly name = LATE_PAYMENTS;

  constructor(
    private readonly database: OrdersDatabase,
    private readonly payments: PaymentLedger,
    private readonly refunds: LateRefunds,
  ) {}

  async findDue(limit: number): Promise<{ id: string; dueAt: Date; alone: boolean }[]> {
    const rows = await this.database.run<{ id: string; due_at: Date }>(FIND_LATE, [limit]);
    return rows.map(({ id, due_at: dueAt }) => ({ id, dueAt, alone: false }));
  }

  async perform({ id }: { readonly id: string }): Promise<void> {
    await this.refunds.returnLate(await this.payments.byId(id));
  }
}
