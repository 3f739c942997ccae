import type { Order, OrderReader, OrderSnapshot } from '#orders';
import type { Payment } from '#payments';
import type { Caller } from './checkout.request.js';
import { OrderNotPayableError } from './payment.errors.js';

/** An order of the caller's; staff see all. @throws {OrderNotFoundError} */
export function ownOrder(reader: Pick<OrderReader, 'detail'>, number: string, { isStaff, username }: Caller): Promise<Order> {
  return reader.detail(number, isStaff ? undefined : username);
}

/** @throws {OrderNotPayableError} its time is over. */
export function assertInTime({ number, status, expiresAt }: Pick<OrderSnapshot, 'number' | 'status'> & { readonly expiresAt?: Date | null | undefined }): void {
  if (status === 'expired' || (expiresAt && expiresAt.getTime() <= Date.now())) throw new OrderNotPayableError(number, 'expired');
}

/** @throws {OrderNotPayableError} money is there that may yet open it. */
export function assertNoQuestion(number: string, payments: readonly Payment[]): void {
  if (payments.some(({ parked }) => parked && parked.action !== 'done')) throw new OrderNotPayableError(number, 'in_question');
}
