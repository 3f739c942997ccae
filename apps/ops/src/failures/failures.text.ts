import type { AgeBucket, FailureBoardView, FailureGroup, UnfinishedCounts } from '#orders';
import { table, type Column } from '../command/table.js';
import { span } from '../command/time.js';

const AGES: Readonly<Record<AgeBucket, string>> = { under_1h: 'under 1 h', under_1d: 'under 1 day', under_7d: 'under 7 days', older: 'older' };

/** The board for people. Ages are reckoned from `now`. */
export function boardText({ groups, moreGroups, totals, inDelivery }: FailureBoardView, now: Date): string {
  const busy = inDelivery === 0 ? '' : `${inDelivery} more ${inDelivery === 1 ? 'is' : 'are'} being worked on just now.\n`;
  if (groups.length === 0) return `Nothing is unfinished.\n${busy}`;
  return `${table(columns(now), groups)}\n${totalLine(totals)}\n${moreGroups ? 'There are more groups than are shown: narrow them by --kind, --type or --course.\n' : ''}${busy}`;
}

function columns(now: Date): Column<FailureGroup>[] {
  return [
    { title: 'kind', cell: ({ failureKind }) => failureKind ?? 'none' },
    { title: 'type', cell: ({ productType }) => productType },
    { title: 'course', cell: ({ courseId }) => courseId },
    { title: 'paid since', cell: ({ age }) => AGES[age] },
    { title: 'lines', cell: ({ count }) => count },
    { title: 'waiting', cell: ({ waiting }) => waiting },
    { title: 'failed', cell: ({ failed }) => failed },
    { title: 'held', cell: ({ held }) => held },
    { title: 'given up', cell: ({ givenUp }) => givenUp },
    { title: 'oldest', cell: ({ oldestPaidAt }) => oldestPaidAt && span(now.getTime() - oldestPaidAt.getTime()) },
  ];
}

function totalLine({ count, waiting, failed, held, givenUp }: UnfinishedCounts): string {
  return `${count} ${count === 1 ? 'line' : 'lines'}: ${waiting} waiting, ${failed} failed; among them ${held} held and ${givenUp} given up.`;
}
