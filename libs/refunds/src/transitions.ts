import { RefundStateError } from './refunds.errors.js';

export const REFUND_STATUSES = ['requested', 'denied', 'approved', 'money_error', 'money_returned', 'access_error', 'complete'] as const;
export type RefundStatus = (typeof REFUND_STATUSES)[number];
export type RefundEvent = 'approve' | 'deny' | 'returnMoney' | 'failMoney' | 'retry' | 'complete' | 'failAccess' | 'bounce' | 'withdraw';

/**
 * The life of a refund: the money, then the access. What passes by itself changes no status; an error lasts until an operator comes.
 *
 * `bounce`: the gateway says later that the money came back to us. `withdraw`: a buyer's bank gave back what it had taken, before the access was.
 * Denied is an end for this refund alone: the same lines may be asked for again by a new one.
 *
 * Otto's words, for who knows it: `requested` is Open, `approved` has none (its call and its status are one step there), `money_error` is Payment
 * Refund Error, `money_returned` is Payment Refunded, `access_error` is Revocation Error; Denied and Complete are called so there too.
 */
export const REFUND_TRANSITIONS: Readonly<Record<RefundStatus, Readonly<Partial<Record<RefundEvent, RefundStatus>>>>> = {
  requested: { approve: 'approved', deny: 'denied' },
  approved: { returnMoney: 'money_returned', failMoney: 'money_error' },
  money_error: { retry: 'approved', returnMoney: 'money_returned', deny: 'denied' },
  money_returned: { complete: 'complete', failAccess: 'access_error', bounce: 'money_error', withdraw: 'denied' },
  access_error: { retry: 'money_returned', complete: 'complete', bounce: 'money_error', withdraw: 'denied' },
  complete: { bounce: 'money_error' },
  denied: {},
};

const BY_OPERATORS = ['approve', 'deny', 'retry'] as const satisfies readonly RefundEvent[];

/** The status that follows. @throws {RefundStateError} */
export function next({ number, status }: { readonly number: string; readonly status: RefundStatus }, event: RefundEvent): RefundStatus {
  const target = REFUND_TRANSITIONS[status][event];
  if (target === undefined) throw new RefundStateError(number, status, `"${event}" is not possible from there. ${possibleFrom(status)}`);
  return target;
}

/** What an operator can do about a refund. */
function possibleFrom(status: RefundStatus): string {
  const possible = BY_OPERATORS.filter((event) => REFUND_TRANSITIONS[status][event] !== undefined);
  if (possible.length > 0) return `Possible: ${possible.join(', ')}`;
  return status === 'denied' ? 'The same may be asked for again, by a new refund' : status === 'complete' ? 'It is over' : 'It goes on by itself';
}
