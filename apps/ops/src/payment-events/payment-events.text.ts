import type { InboxEvent, InboxEventWithBody, InboxFigures, InboxPage } from '#payments';
import { printable } from '../command/printable.js';
import { table, type Column } from '../command/table.js';
import { moment, momentFrom, span } from '../command/time.js';

/** A cause may be long; the event's own report has it whole. */
const CELL_LENGTH = 120;

/** The list for people. `now` is the database's. */
export function listText({ events, nextAfterId }: InboxPage, figures: InboxFigures, now: Date): string {
  if (events.length === 0) return `There is no such event.\n${figuresLine(figures)}\n`;
  const more = nextAfterId === null ? '' : `There are more: these are the newest ${events.length}. Narrow them by --status, --processor or --order.\n`;
  return `${table(columns(now), events)}\n${more}${figuresLine(figures)}\n`;
}

/** One event for people, with its body as it came. */
export function eventText(event: InboxEventWithBody, now: Date): string {
  const { eventId, processor, type, status, subject, detail, attempts, deliveries, receivedAt, processedAt, nextAttemptAt, body } = event;
  const named = [['payment', subject.paymentId], ['reference', subject.reference], ['capture', subject.captureReference], ['order', subject.orderNumber]].flatMap(([what, name]) => (name ? [`${what ?? ''} ${name}`] : []));
  const lines = [
    `${eventId} of ${processor}, ${type}: ${status}`,
    `  received   ${momentFrom(now, receivedAt)}, delivered ${deliveries} ${deliveries === 1 ? 'time' : 'times'}`,
    `  names      ${named.length === 0 ? 'no payment' : named.join(', ')}`,
    ...(processedAt === null ? [] : [`  processed  ${momentFrom(now, processedAt)}`]),
    ...(nextAttemptAt === null ? [] : [`  next       ${momentFrom(now, nextAttemptAt)}, after ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}`]),
    ...(detail ?? '').split('\n').filter(Boolean).map((line) => `  detail     ${line}`),
    ...(status === 'parked' ? [`  to do      repair the cause, and: npm run ops -- payment-events --replay ${event.id} --reason "..."`, `             or, where it is none of ours or was settled by hand: --dismiss ${event.id} --reason "..."`] : []),
  ];
  return `${lines.map((line) => printable(line.replaceAll('\n', ' '))).join('\n')}\n\n${body === '' ? 'Its body is not kept any more.' : printable(body)}\n`;
}

export function dismissedText({ id, eventId, processor }: InboxEvent): string {
  return printable(`Event ${eventId} of ${processor} is ignored from now on. See again: npm run ops -- payment-events ${id}\n`);
}

export function replayedText({ id, eventId, processor }: InboxEvent): string {
  return printable(`Event ${eventId} of ${processor} is due: a worker looks at it at its next sweep. See again: npm run ops -- payment-events ${id}\n`);
}

function columns(now: Date): Column<InboxEvent>[] {
  return [
    { title: 'id', cell: ({ id }) => id },
    { title: 'processor', cell: ({ processor }) => processor },
    { title: 'type', cell: ({ type }) => type },
    { title: 'status', cell: ({ status }) => status },
    { title: 'received', cell: ({ receivedAt }) => moment(receivedAt) },
    { title: 'next', cell: ({ nextAttemptAt }) => nextAttemptAt && (nextAttemptAt > now ? `in ${span(nextAttemptAt.getTime() - now.getTime())}` : 'due') },
    { title: 'order', cell: ({ subject }) => subject.orderNumber },
    { title: 'detail', cell: ({ detail }) => cut(detail?.split('\n').at(-1) ?? null) },
  ];
}

function cut(text: string | null): string | null {
  const characters = [...(text ?? '')];
  return characters.length > CELL_LENGTH ? `${characters.slice(0, CELL_LENGTH - 1).join('')}\u2026` : text;
}

function figuresLine({ waiting, parked, oldestWaitingSeconds, oldestParkedSeconds }: InboxFigures): string {
  const age = (count: number, seconds: number) => (count === 0 ? '' : `, the oldest for ${span(seconds * 1_000)}`);
  return `${waiting} waiting${age(waiting, oldestWaitingSeconds)}; ${parked} parked${age(parked, oldestParkedSeconds)}.`;
}
