import type { OrderBody, ProblemBody, RequestOptions } from './api-client.js';
import type { Shop } from './shop.js';
import { PATIENT_MS, until } from './until.js';

interface RefundFacts {
  readonly number: string;
  readonly orderNumber: string;
  readonly learner: string;
  readonly origin: string;
  readonly amountMinor: number;
  readonly access: string;
  readonly reason: string | null;
  readonly requestedBy: string;
  readonly decidedBy: string | null;
  readonly failure: { readonly kind: string; readonly detail: string } | null;
  readonly attemptLog: readonly { readonly half: string; readonly outcome: string }[] | null;
}

/** A refund as the API shows it, or why it refused: the status of the one is a word, of the other a number. */
export type RefundBody = RefundFacts & Omit<ProblemBody, 'status'> & { readonly status: string | number };

export interface OrderWithRefunds extends OrderBody {
  readonly refunds: readonly { readonly number: string; readonly status: string; readonly amountMinor: number }[];
}

export const REFUND_REASON = 'she has changed her mind';

/** What a test does with the refunds of a shop, as staff unless it says otherwise. */
export function refundDesk(shop: () => Shop) {
  const staff = () => shop().staff;
  const reason = REFUND_REASON;
  const read = async (number: string, token: string = staff()) => (await shop().ask<RefundBody>('GET', `/v1/refunds/${number}`, { token })).body;
  return {
    read,
    request: (body: object, options: RequestOptions = {}) => shop().ask<RefundBody>('POST', '/v1/refunds', { token: staff(), body: { reason, ...body }, ...options }),
    decide: (number: string, verb: 'approve' | 'deny' | 'retry', terms: object = {}) => shop().ask<RefundBody>('POST', `/v1/refunds/${number}/${verb}`, { token: staff(), body: { reason, ...terms } }),
    becomes: (number: string, status: string) => until(`refund ${number} is ${status}`, async () => (await read(number)).status === status, PATIENT_MS),
    order: async (number: string, token: string = staff()) => (await shop().ask<OrderWithRefunds>('GET', `/v1/orders/${number}`, { token })).body,
    /** In which modes the LMS has the learner just now. */
    enrolled: async (user: string) => (await shop().lms.control.enrollments({ user })).filter(({ isActive }) => isActive).map(({ mode }) => mode),
  };
}
