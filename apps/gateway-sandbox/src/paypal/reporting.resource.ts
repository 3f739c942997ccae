import { takingOf } from '../cashier/balance.js';
import type { World } from '../world/world.js';
import { json, type Answer } from '../wire/answer.js';
import type { GatewayCall, Resource } from '../wire/dialect.js';
import { link } from './capture.view.js';
import { invalidRequest } from './paypal.error.js';
import { paypalMoney } from './paypal.money.js';

const LONGEST_MS = 31 * 86_400_000;
const USUAL_PAGE = 100;
const MOST = 500;
const DATE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/;

interface Transaction {
  readonly at: string;
  readonly info: Readonly<Record<string, unknown>>;
}

/** `/v1/reporting/transactions`: what was paid and what went back, the oldest first. PayPal itself shows them up to three hours late. */
export function reportingResources(world: World): readonly Resource[] {
  const list = ({ query, origin }: GatewayCall): Answer => {
    const [from, until] = [instantOf(query, 'start_date'), instantOf(query, 'end_date')];
    if (until - from > LONGEST_MS || until < from) throw invalidRequest('INVALID_PARAMETER_VALUE', 'end_date', query.get('end_date') ?? '', 'query');
    const [page, size] = [wholeOf(query, 'page', 1, Number.MAX_SAFE_INTEGER), wholeOf(query, 'page_size', USUAL_PAGE, MOST)];
    const fits = (name: string, field: string) => (info: Transaction['info']): boolean => query.get(name) === null || info[field] === query.get(name);
    const wishes = [fits('transaction_id', 'transaction_id'), fits('transaction_type', 'transaction_event_code'), fits('transaction_status', 'transaction_status')];
    const found = transactionsOf(world).filter(({ at, info }) => Date.parse(at) >= from && Date.parse(at) <= until && wishes.every((isMet) => isMet(info)));
    const pages = Math.ceil(found.length / size);
    const address = (number: number): string => `${origin}/v1/reporting/transactions?${new URLSearchParams({ ...Object.fromEntries(query), page: String(number) }).toString()}`;
    return json(200, {
      transaction_details: found.slice((page - 1) * size, page * size).map(({ info }) => ({ transaction_info: info })),
      ...{ account_number: 'SANDBOXMERCH1', start_date: query.get('start_date'), end_date: query.get('end_date'), last_refreshed_datetime: reportTime(new Date().toISOString()) },
      ...{ page, total_items: found.length, total_pages: pages, links: [link(address(page), 'self'), ...(page < pages ? [link(address(page + 1), 'next')] : [])] },
    });
  };
  return [{ path: '/v1/reporting/transactions', operations: { GET: list } }];
}

function transactionsOf(world: World): readonly Transaction[] {
  const payments = world.payments.all().filter(({ gateway }) => gateway === 'paypal');
  const takings = payments.flatMap((payment) => {
    const taking = payment.takings.at(-1);
    if (taking === undefined || (taking.status === 'failed' && !taking.wasPending)) return [];
    const status = { pending: 'P', succeeded: 'S', failed: 'D' }[taking.status];
    return [transaction({ id: taking.id, at: taking.at, code: 'T0006', status, amountMinor: payment.amountMinor, currency: payment.currency, words: payment.metadata })];
  });
  const refunds = world.refunds.all().flatMap((refund) => {
    const payment = world.payments.get(refund.paymentId);
    if (payment?.gateway !== 'paypal') return [];
    const status = { pending: 'P', succeeded: 'S', failed: 'D' }[refund.status];
    const made = transaction({ id: refund.id, at: refund.createdAt, code: 'T1107', status, amountMinor: -refund.amountMinor, currency: payment.currency, words: refund.metadata });
    return [{ ...made, info: { ...made.info, paypal_reference_id: takingOf(payment)?.id ?? '', paypal_reference_id_type: 'TXN' } }];
  });
  return [...takings, ...refunds].sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
}

interface Facts {
  readonly id: string;
  readonly at: string;
  readonly code: string;
  readonly status: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly words: Readonly<Record<string, string>>;
}

function transaction({ id, at, code, status, amountMinor, currency, words: { custom_id, invoice_id } }: Facts): Transaction {
  const own = { ...(invoice_id !== undefined && { invoice_id }), ...(custom_id !== undefined && { custom_field: custom_id }) };
  const times = { transaction_initiation_date: reportTime(at), transaction_updated_date: reportTime(at) };
  return { at, info: { transaction_id: id, transaction_event_code: code, ...times, transaction_amount: paypalMoney(amountMinor, currency), transaction_status: status, ...own, protection_eligibility: '01' } };
}

/** As its reports write it: `2014-07-11T04:03:52+0000`. */
function reportTime(instant: string): string {
  return `${instant.slice(0, 19)}+0000`;
}

function instantOf(query: URLSearchParams, name: string): number {
  const text = (query.get(name) ?? '').replace(' ', '+');
  if (text === '') throw invalidRequest('MISSING_REQUIRED_PARAMETER', name, '', 'query');
  const at = DATE.test(text) ? Date.parse(text.replace(/([+-]\d{2})(\d{2})$/, '$1:$2')) : Number.NaN;
  if (Number.isNaN(at)) throw invalidRequest('INVALID_PARAMETER_SYNTAX', name, text, 'query');
  return at;
}

function wholeOf(query: URLSearchParams, name: string, usual: number, most: number): number {
  const number = Number(query.get(name) ?? usual);
  if (!Number.isInteger(number) || number < 1 || number > most) throw invalidRequest('INVALID_PARAMETER_VALUE', name, query.get(name) ?? '', 'query');
  return number;
}
