import { takingOf } from '../cashier/balance.js';
import type { Dispute, Payment } from '../world/records.js';
import type { World } from '../world/world.js';
import { json, type Answer } from '../wire/answer.js';
import type { GatewayCall, Resource } from '../wire/dialect.js';
import { link } from './capture.view.js';
import { invalidRequest, notFoundResource } from './paypal.error.js';
import { paypalMoney } from './paypal.money.js';

const USUAL_PAGE = 10;
const MOST = 50;

/** `/v1/customer/disputes`, to be read only. The list does not say how a dispute ended; the dispute itself does. */
export function disputeResources(world: World): readonly Resource[] {
  const list = ({ query, origin }: GatewayCall): Answer => {
    const size = Number(query.get('page_size') ?? USUAL_PAGE);
    if (!Number.isInteger(size) || size < 1 || size > MOST) throw invalidRequest('INVALID_PARAMETER_VALUE', 'page_size', query.get('page_size') ?? '', 'query');
    const start = Number(query.get('next_page_token') ?? 0) || 0;
    const rows = rowsOf(world, query.get('disputed_transaction_id'));
    const next = new URLSearchParams({ ...Object.fromEntries(query), next_page_token: String(start + size) });
    const links = [link(`${origin}/v1/customer/disputes`, 'self'), ...(rows.length > start + size ? [link(`${origin}/v1/customer/disputes?${next.toString()}`, 'next')] : [])];
    return json(200, { items: rows.slice(start, start + size).map(({ payment, dispute }) => summary(payment, dispute, origin)), links });
  };
  const get = ({ params: { id = '' }, origin }: GatewayCall): Answer => {
    const row = rowsOf(world, null).find(({ dispute }) => dispute.id === id);
    if (row === undefined) throw notFoundResource(id);
    return json(200, paypalDisputeView(row.payment, row.dispute, origin));
  };
  return [
    { path: '/v1/customer/disputes', operations: { GET: list } },
    { path: '/v1/customer/disputes/:id', operations: { GET: get } },
  ];
}

interface Row {
  readonly payment: Payment;
  readonly dispute: Dispute;
}

function rowsOf(world: World, transactionId: string | null): readonly Row[] {
  return world.disputes.newestFirst().flatMap((dispute) => {
    const payment = world.payments.get(dispute.paymentId);
    if (payment?.gateway !== 'paypal' || (transactionId !== null && takingOf(payment)?.id !== transactionId)) return [];
    return [{ payment, dispute }];
  });
}

function summary(payment: Payment, { id, createdAt, updatedAt, amountMinor, status }: Dispute, origin: string): Record<string, unknown> {
  return {
    ...{ dispute_id: id, create_time: createdAt, update_time: updatedAt, reason: 'UNAUTHORISED', status: status === 'open' ? 'WAITING_FOR_SELLER_RESPONSE' : 'RESOLVED' },
    ...{ dispute_state: status === 'open' ? 'REQUIRED_ACTION' : 'RESOLVED', dispute_amount: paypalMoney(amountMinor, payment.currency) },
    ...{ dispute_life_cycle_stage: 'CHARGEBACK', dispute_channel: 'INTERNAL', links: [link(`${origin}/v1/customer/disputes/${id}`, 'self')] },
  };
}

/** The whole dispute, with the capture that it is about. */
export function paypalDisputeView(payment: Payment, dispute: Dispute, origin: string): Record<string, unknown> {
  const { custom_id, invoice_id } = payment.metadata;
  const taking = takingOf(payment);
  const transaction = {
    ...{ seller_transaction_id: taking?.id ?? '', create_time: taking?.at ?? '', transaction_status: 'COMPLETED', gross_amount: paypalMoney(payment.amountMinor, payment.currency) },
    ...{ ...(custom_id !== undefined && { custom: custom_id }), ...(invoice_id !== undefined && { invoice_number: invoice_id }), seller: { merchant_id: 'SANDBOXMERCH1' } },
  };
  const lost = dispute.status === 'lost';
  const outcome = { outcome_code: lost ? 'RESOLVED_BUYER_FAVOUR' : 'RESOLVED_SELLER_FAVOUR', amount_refunded: paypalMoney(lost ? dispute.amountMinor : 0, payment.currency) };
  return { ...summary(payment, dispute, origin), disputed_transactions: [transaction], ...(dispute.status !== 'open' && { dispute_outcome: outcome }), messages: [] };
}
