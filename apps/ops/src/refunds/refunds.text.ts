import type { Refund, RefundDetail } from '#refunds';
import { printable } from '../command/printable.js';
import { table, type Column } from '../command/table.js';
import { moment, momentFrom, span } from '../command/time.js';
import { refundOutlook } from './refund-outlook.js';

/** A list for people. Ages are reckoned from `now`. */
export function listText({ refunds, more }: { readonly refunds: readonly Refund[]; readonly more: boolean }, what: string, now: Date): string {
  if (refunds.length === 0) return `${what === 'open' ? 'Every refund is over.' : 'There is no such refund.'}\n`;
  return `${table(columns(now), refunds)}${more ? '\nThere are more than are shown.\n' : ''}`;
}

function columns(now: Date): Column<Refund>[] {
  return [
    { title: 'refund', cell: ({ number }) => number },
    { title: 'order', cell: ({ orderNumber }) => orderNumber },
    { title: 'learner', cell: ({ learner }) => learner },
    { title: 'status', cell: ({ status }) => status },
    { title: 'origin', cell: ({ origin }) => origin },
    { title: 'minor units', cell: ({ amountMinor }) => amountMinor },
    { title: 'of', cell: ({ currency }) => currency },
    { title: 'access', cell: ({ access }) => access },
    { title: 'since', cell: ({ createdAt }) => span(now.getTime() - createdAt.getTime()) },
    { title: 'failure', cell: ({ failure }) => failure && `${failure.kind}: ${failure.detail}` },
  ];
}

/** One refund for people. */
export function refundText(refund: RefundDetail, now: Date): string {
  const { number, status, orderNumber, learner, origin, amountMinor, currency, access, lines, requestedBy, reason, createdAt, decidedBy, decidedAt, decisionReason, moneyAt, reference, accessNote, failure, attemptLog } = refund;
  return printable([
    `Refund ${number}: ${status}`,
    `  order    ${orderNumber}, of ${learner}`,
    `  amount   ${amountMinor} minor units of ${currency}`,
    `  access   ${access}${lines.length === 0 ? '' : `: ${lines.map(({ lineId }) => lineId).join(', ')}`}`,
    `  asked    ${momentFrom(now, createdAt)} by ${requestedBy} (${origin}): ${oneLine(reason)}`,
    ...(decidedAt ? [`  decided  ${momentFrom(now, decidedAt)} by ${decidedBy ?? 'nobody'}${decisionReason === null ? '' : `: ${oneLine(decisionReason)}`}`] : []),
    ...(moneyAt ? [`  money    back ${momentFrom(now, moneyAt)}${reference === null ? '' : `, ${reference}`}`] : []),
    ...(failure ? [`  failure  ${failure.kind}: ${oneLine(failure.detail)}`] : []),
    ...(accessNote === null ? [] : [`  note     ${oneLine(accessNote)}`]),
    `  next     ${refundOutlook(refund, now)}`,
    ...(attemptLog.length === 0 ? ['  No attempt was made.'] : ['  attempts', ...attemptLog.map(attemptText)]),
    '',
  ].join('\n'));
}

function attemptText({ half, startedAt, endedAt, outcome, requestedBy, detail }: RefundDetail['attemptLog'][number]): string {
  const facts = [half, outcome, ...(endedAt ? [`${endedAt.getTime() - startedAt.getTime()} ms`] : []), `asked by ${requestedBy}`];
  return `    ${moment(startedAt)}  ${facts.join(', ')}${detail === null ? '' : `: ${oneLine(detail)}`}`;
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ');
}
