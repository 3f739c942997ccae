import type { Failure, FailureKind } from '#orders';
import { printable } from '../command/printable.js';
import { moment, momentFrom } from '../command/time.js';
import type { LineReport, OrderReport } from './order.report.js';

const FAILURES: Readonly<Record<FailureKind, string>> = {
  configuration: 'the product or our access to the provider is set up wrongly',
  network: 'the provider could not be reached, or the connection broke',
  timeout: 'the provider did not answer in time',
  server: 'the provider had a fault of its own',
  rejected: 'the provider refused',
  throttled: 'the provider takes no more calls for now, or must not be called',
  unknown: 'nobody can tell what came of it',
};

/** An order for people. Money stands in minor units, as it is stored. */
export function orderText(order: OrderReport): string {
  const { number, status, learner, placedAt, placedBy, payment, totalMinor, currency, readAt } = order;
  const head = [
    `Order ${number}: ${status}`,
    `  learner  ${learner.username}${learner.email === null ? '' : ` <${learner.email}>`}`,
    `  placed   ${momentFrom(readAt, placedAt)} by ${placedBy}`,
    `  payment  ${payment.processor}${payment.reference === null ? '' : ` ${payment.reference}`}: ${payment.status}`,
    `  total    ${totalMinor} minor units of ${currency}`,
  ];
  return printable([...head, ...order.lines.flatMap(lineText), ...moneyText(order), '', 'History', ...order.history.map((entry) => historyText(entry, order.lines)), ''].join('\n'));
}

function lineText(line: LineReport): string[] {
  const { position, sku, title, productType, quantity, courseId, status, failure, outlook, attemptLog, id } = line;
  return [
    '',
    `Line ${position}: ${sku}, ${title}: ${status}`,
    `  product  ${productType}${courseId === null ? '' : `, ${courseId}`}${quantity === 1 ? '' : `, ${quantity} of it`}`,
    `  id       ${id}`,
    ...(failure ? [`  failure  ${failureText(failure)}`] : []),
    `  next     ${outlook}`,
    ...(attemptLog.length === 0 ? ['  No attempt was made.'] : ['  attempts', ...attemptLog.map(attemptText)]),
  ];
}

function failureText({ kind, detail }: Failure): string {
  return `${FAILURES[kind]} (${kind}): ${oneLine(detail)}`;
}

function attemptText({ startedAt, durationMs, purpose, outcome, httpStatus, requestedBy, detail }: LineReport['attemptLog'][number]): string {
  const facts = [purpose, outcome, ...(httpStatus === null ? [] : [`HTTP ${httpStatus}`]), ...(durationMs === null ? [] : [`${durationMs} ms`]), `asked by ${requestedBy}`];
  return `    ${moment(startedAt)}  ${facts.join(', ')}${detail === null ? '' : `: ${oneLine(detail)}`}`;
}

function historyText({ at, actor, event, from, to, reason, lineId, change }: OrderReport['history'][number], lines: readonly LineReport[]): string {
  const about = lines.find(({ id }) => id === lineId);
  const statuses = from === to ? (to ?? '') : `${from ?? 'nothing'} -> ${to ?? 'nothing'}`;
  const what = [about ? `line ${about.position}` : 'order', event, ...(statuses === '' ? [] : [statuses]), `by ${actor}`];
  return `  ${moment(at)}  ${what.join(', ')}${reason === null ? '' : `: ${oneLine(reason)}`}${change === null ? '' : `; changed: ${Object.keys(change).join(', ')}`}`;
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ');
}

function moneyText({ payments, refunds }: OrderReport): string[] {
  return [...(payments.length === 0 ? [] : ['', 'Payments', ...payments.flatMap(paymentText)]), ...(refunds.length === 0 ? [] : ['', 'Refunds', ...refunds.flatMap(refundText)])];
}

function paymentText({ id, processor, status, amountMinor, currency, reference, capturedMinor, capturedCurrency, refundedMinor, reservedMinor, declined, parked, owed, owedSettledAt, failure, createdAt }: OrderReport['payments'][number]): string[] {
  const taken = capturedMinor === 0 ? [] : [`${capturedMinor} ${capturedCurrency ?? currency} ${owed ? (owedSettledAt ? 'owed, and paid since' : 'owed') : 'taken'}`];
  const back = [...(refundedMinor === 0 ? [] : [`${refundedMinor} went back`]), ...(reservedMinor === 0 ? [] : [`${reservedMinor} on its way back, or asked for`])];
  return [
    `  ${moment(createdAt)}  ${[processor, status, `${amountMinor} ${currency}`, ...taken, ...back, ...(reference === null ? [] : [reference]), `id ${id}`].join(', ')}`,
    ...(parked ? [`    parked   ${parked.cause}: ${parked.action}`] : []),
    ...(declined === null ? [] : [`    declined ${oneLine(declined)}`]),
    ...(failure ? [`    failure  ${failure.kind}: ${oneLine(failure.detail)}`] : []),
  ];
}

function refundText({ number, status, origin, amountMinor, currency, requestedBy, reason, failure, outlook, createdAt }: OrderReport['refunds'][number]): string[] {
  return [
    `  ${moment(createdAt)}  ${number}, ${status}, ${amountMinor} ${currency}, ${origin}, by ${requestedBy}: ${oneLine(reason)}`,
    ...(failure ? [`    failure  ${failure.kind}: ${oneLine(failure.detail)}`] : []),
    `    next     ${outlook}`,
  ];
}
