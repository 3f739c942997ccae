import type { Failure, FailureKind, LineStatus, OrderStatus } from '#orders';
import { momentFrom } from '../command/time.js';

/** What an outlook is told from. */
export interface LineFacts {
  readonly status: LineStatus;
  readonly failure: Failure | null;
  readonly nextAttemptAt: Date | null;
  readonly receipt: string | null;
  readonly acceptedUntil: Date | null;
  readonly paidAt: Date | null;
  readonly heldAt: Date | null;
  readonly givenUpAt: Date | null;
  readonly claimPurpose: 'deliver' | 'revoke' | 'decide' | 'verify' | null;
  readonly leaseUntil: Date | null;
  readonly lostLeases: number;
  readonly orderNumber: string;
  readonly orderStatus: OrderStatus;
  /** The line's own history, oldest first. */
  readonly history: readonly { readonly event: string; readonly actor: string; readonly reason: string | null }[];
}

/** What somebody has to do before a line that failed for good is worth sending again. */
const REPAIRS: Readonly<Record<FailureKind, string>> = {
  configuration: 'repair the product or our credentials',
  network: 'see to it that the provider can be reached',
  timeout: 'see to it that the provider answers in time',
  server: 'ask the provider what is wrong on its side',
  rejected: 'settle with the provider why it refuses',
  throttled: 'wait until the provider takes calls again',
  unknown: 'look into the logs for what happened',
};

/** Why a line stands as it does, and what happens next, in sentences. `now` is the database's. */
export function lineOutlook(line: LineFacts, now: Date): string {
  return finished(line) ?? inHands(line, now) ?? held(line, now) ?? givenUp(line, now) ?? unpaid(line) ?? waiting(line, now);
}

function finished({ status, receipt, claimPurpose, leaseUntil }: LineFacts): string | null {
  if (status === 'revoked') return 'Taken back or cancelled. Nothing follows.';
  if (status !== 'fulfilled' || (claimPurpose === 'revoke' && leaseUntil)) return null;
  return `Delivered${receipt === null ? '' : `: ${receipt}`}. Nothing follows.`;
}

function inHands({ status, claimPurpose, leaseUntil, lostLeases }: LineFacts, now: Date): string | null {
  if (!leaseUntil) return null;
  if (leaseUntil > now) return `Being ${claimPurpose === 'revoke' ? 'taken back' : 'worked on'} just now. If its holder dies, others may take it over from ${momentFrom(now, leaseUntil)}.`;
  if (claimPurpose === 'revoke') return `Whoever took it back was lost; the lease ended ${momentFrom(now, leaseUntil)}. Cancel again.`;
  if (status !== 'fulfilling') return null;
  const lost = lostLeases === 0 ? '' : ` ${lostLeases} before it ${lostLeases === 1 ? 'was' : 'were'} lost as well.`;
  return `Its holder was lost; the lease ended ${momentFrom(now, leaseUntil)}.${lost} A worker takes over at its next sweep, and reads back first.`;
}

function held({ heldAt, history }: LineFacts, now: Date): string | null {
  if (!heldAt) return null;
  const entry = history.findLast(({ event }) => event === 'hold');
  const why = entry ? ` by ${entry.actor}: ${entry.reason ?? 'no reason given'}` : '';
  return `Held since ${momentFrom(now, heldAt)}${why}${/[.!?]$/.test(why) ? '' : '.'} Nobody delivers it until it is released.`;
}

function givenUp({ givenUpAt, orderNumber, history }: LineFacts, now: Date): string | null {
  if (!givenUpAt) return null;
  const last = history.at(-1);
  const why = last?.reason ? ` by ${last.actor}: ${last.reason}` : '';
  return `Given up ${momentFrom(now, givenUpAt)}${why}${/[.!?]$/.test(why) ? '' : '.'} It is sent again only by: npm run ops -- resubmit --order ${orderNumber} --given-up --reason "..."`;
}

function unpaid({ paidAt, orderStatus }: LineFacts): string | null {
  return paidAt ? null : `Not paid (the order is ${orderStatus}). Nothing is delivered before that.`;
}

function waiting({ status, nextAttemptAt, acceptedUntil, failure, orderNumber }: LineFacts, now: Date): string {
  if (status === 'accepted') return `The provider has accepted it and delivers later.${looks(nextAttemptAt, now)} Of one that is not delivered the wait ends ${acceptedUntil ? momentFrom(now, acceptedUntil) : 'at its deadline'}: it then waits for an operator.`;
  const again = `npm run ops -- resubmit --order ${orderNumber} --reason "..."`;
  if (status === 'failed') return `Waits for an operator, and is not tried again by itself: ${failure ? REPAIRS[failure.kind] : 'see its history'}, then: ${again}`;
  if (!nextAttemptAt) return `Is not tried again by itself. Send it again: ${again}`;
  if (nextAttemptAt > now) return `Tried again by itself ${momentFrom(now, nextAttemptAt)}.`;
  return `Due since ${momentFrom(now, nextAttemptAt)}: the next free worker takes it. If it stays so: npm run ops -- doctor`;
}

function looks(nextAttemptAt: Date | null, now: Date): string {
  return nextAttemptAt ? ` It is looked at ${momentFrom(now, nextAttemptAt)}.` : '';
}
