import { DomainError } from '#orders';
import { REFUND_STATUSES, RefundNotFoundError, type Refund, type RefundDecisions } from '#refunds';
import { CommandError } from '../command-failure.js';
import { EXIT, defineCommand } from '../command/command.js';
import type { Surroundings } from '../command/surroundings.js';
import { refundOutlook } from './refund-outlook.js';
import { HELP, SYNOPSIS, readRefunds, type DecidedRefund, type RefundsArguments, type ShownRefunds } from './refunds.arguments.js';
import { withDecisions, withRefunds, type RefundsAtHand } from './refunds.context.js';
import { listText, refundText } from './refunds.text.js';

const MOST = 100;
const OPEN = REFUND_STATUSES.filter((status) => status !== 'complete' && status !== 'denied');

/** `npm run ops -- refunds` */
export const refundsCommand = defineCommand<RefundsArguments>({
  name: 'refunds',
  synopsis: SYNOPSIS,
  summary: 'Lists refunds, shows one with what happens next, and decides: approve, deny, retry',
  help: HELP,
  read: readRefunds,
  run: (read, surroundings) => {
    if (read.act === 'list') return withRefunds(surroundings.env, (atHand) => list(read, atHand, surroundings));
    if (read.act === 'show') return withRefunds(surroundings.env, (atHand) => show(read, atHand, surroundings));
    return withDecisions(surroundings.env, (decisions, atHand) => decide(read, decisions, { atHand, surroundings }));
  },
});

async function list(read: ShownRefunds, atHand: RefundsAtHand, { stdout }: Surroundings): Promise<number> {
  const found = await listed(read, atHand);
  stdout.write(read.json ? `${JSON.stringify({ items: found.refunds, more: found.more })}\n` : listText(found, read.status === null && read.orderNumber === null ? 'open' : 'chosen', await atHand.now()));
  return EXIT.done;
}

/** The newest first. */
async function listed({ status, orderNumber }: ShownRefunds, { reader }: RefundsAtHand): Promise<{ refunds: Refund[]; more: boolean }> {
  const statuses = status !== null ? [status] : orderNumber === null ? OPEN : [undefined];
  const pages = await Promise.all(statuses.map((one) => reader.list({ status: one, orderNumber: orderNumber ?? undefined }, MOST, null)));
  const refunds = pages.flatMap((page) => page.refunds).sort((a, b) => (a.id < b.id ? 1 : -1));
  return { refunds: refunds.slice(0, MOST), more: refunds.length > MOST || pages.some(({ nextAfterId }) => nextAfterId !== null) };
}

async function show({ number, json }: { readonly number: string; readonly json: boolean }, { reader, now }: RefundsAtHand, { stdout }: Surroundings): Promise<number> {
  const refund = await reader.detail(number).catch((error: unknown) => notFound(error, number));
  const readAt = await now();
  stdout.write(json ? `${JSON.stringify({ ...refund, outlook: refundOutlook(refund, readAt), readAt })}\n` : refundText(refund, readAt));
  return EXIT.done;
}

async function decide(read: DecidedRefund, decisions: RefundDecisions, { atHand, surroundings }: { readonly atHand: RefundsAtHand; readonly surroundings: Surroundings }): Promise<number> {
  await decided(read, decisions).catch((error: unknown) => notFound(error, read.number));
  return show(read, atHand, surroundings);
}

function decided({ act, number, actor, reason, access, lineIds, acceptReturned }: DecidedRefund, decisions: RefundDecisions): Promise<Refund> {
  if (act === 'approve') return decisions.approve(number, { actor, reason, access, lineIds });
  return act === 'deny' ? decisions.deny(number, { actor, reason }) : decisions.retry(number, { actor, reason, access, acceptReturned });
}

/** What the domain refuses is told in its own words; that it is somebody else's is one for learners. */
function notFound(error: unknown, number: string): never {
  if (error instanceof RefundNotFoundError) throw new CommandError(`There is no refund ${number}.`);
  if (error instanceof DomainError) throw new CommandError(error.message);
  throw error;
}
