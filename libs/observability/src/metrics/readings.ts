import { label } from './label.js';
import type { BacklogFacts, DependencyFacts, DifferenceFacts, ParkedPaymentFacts, PaymentEventFacts, PaymentWatchFacts, PublicationFacts, ReconciliationFacts, RefundFacts, WakeupFacts } from './facts.js';

/** What a gauge shows in one scrape. All its samples have the same labels. */
export interface Reading {
  readonly name: string;
  readonly help: string;
  readonly samples: readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[];
}

const BREAKER_STATES = { closed: 0, half_open: 1, open: 2 } as const;
const WAKEUP_STATES = ['waiting', 'active', 'delayed', 'failed'] as const;

export function backlogReadings(facts: BacklogFacts): Reading[] {
  return [
    single('fulfillment_oldest_unfulfilled_paid_seconds', 'Age since payment of the oldest paid line that is not delivered. 0: there is none.', facts.oldestUnfulfilledPaidSeconds),
    single('fulfillment_due_lines', 'Lines that could be claimed now.', facts.due),
    single('fulfillment_waiting_lines', 'Open lines whose time to try again has not come.', facts.waiting),
    single('fulfillment_failed_lines', 'Failed lines that wait for an operator.', facts.failed),
    single('fulfillment_held_lines', 'Lines that an operator holds back.', facts.held),
    single('fulfillment_lapsed_leases', 'Lines whose holder let the lease run out, and that nobody has claimed since.', facts.lapsedLeases),
    single('fulfillment_accepted_lines', 'Lines that their provider has accepted for later.', facts.accepted),
    single('fulfillment_overdue_accepted_lines', 'Accepted lines whose deadline has passed, and that nobody has put down since.', facts.overdue),
  ];
}

export function dependencyReadings(facts: readonly DependencyFacts[]): Reading[] {
  const each = (valueOf: (dependency: DependencyFacts) => number) => facts.map((dependency) => ({ labels: { dependency: label(dependency.name) }, value: valueOf(dependency) }));
  return [
    { name: 'fulfillment_dependency_breaker_state', help: 'Breaker of a system that we call. 0: closed, 1: half-open, 2: open.', samples: each(({ breaker }) => BREAKER_STATES[breaker]) },
    { name: 'fulfillment_dependency_paused', help: 'Whether an operator has stopped the calls to it. 1: yes.', samples: each(({ paused }) => Number(paused)) },
  ];
}

export function wakeupReadings(facts: WakeupFacts): Reading[] {
  return [{ name: 'fulfillment_wakeups', help: 'Wake-ups in the queue, by state.', samples: WAKEUP_STATES.map((state) => ({ labels: { state }, value: facts[state] })) }];
}

export function publicationReadings(facts: PublicationFacts): Reading[] {
  return [
    single('catalog_publications_waiting', 'Courses that the LMS does not know as they are, and that are published by themselves.', facts.waiting),
    single('catalog_publications_failed', 'Courses whose publication failed, and waits for an operator or another change.', facts.failed),
    single('catalog_publications_confirm_required', 'Courses whose publication would remove modes from the LMS that nobody has confirmed.', facts.confirmRequired),
    single('catalog_oldest_waiting_publication_seconds', 'For how long the LMS has not known the oldest course that waits. 0: none does.', facts.oldestWaitingSeconds),
  ];
}

export function refundReadings({ open, oldestMoneySeconds, oldestAccessSeconds }: RefundFacts): Reading[] {
  return [
    { name: 'refunds_open', help: 'Refunds that are not over, by status.', samples: byLabel('status', open) },
    { name: 'refunds_oldest_open_seconds', help: 'Age of the oldest refund that has this half before it: money since its approval, access since its money went back. 0: there is none.', samples: byLabel('half', { money: oldestMoneySeconds, access: oldestAccessSeconds }) },
  ];
}

export function parkedPaymentReadings(facts: ParkedPaymentFacts): Reading[] {
  return [{ name: 'payments_parked', help: 'Payments whose money opened no order, and was neither returned nor accepted since, by cause.', samples: byLabel('cause', facts) }];
}

function byLabel(name: string, values: Readonly<Record<string, number>>): Reading['samples'] {
  return Object.entries(values).map(([key, value]) => ({ labels: { [name]: label(key) }, value }));
}

export function paymentEventReadings(facts: PaymentEventFacts): Reading[] {
  return [
    single('payment_events_waiting', 'Events of payment gateways that are due, being worked on, or tried again by themselves.', facts.waiting),
    single('payment_events_parked', 'Events of payment gateways that could not be dealt with, and wait for an operator.', facts.parked),
    single('payment_events_oldest_waiting_seconds', 'Age of the oldest event of a payment gateway that waits. 0: none does.', facts.oldestWaitingSeconds),
    single('payment_events_oldest_parked_seconds', 'Age of the oldest event of a payment gateway that is parked. 0: none is.', facts.oldestParkedSeconds),
  ];
}

export function paymentWatchReadings({ failing, oldestDueSeconds, oldestExpiryDueSeconds }: PaymentWatchFacts): Reading[] {
  const samples = failing.map(({ processor, kind, count }) => ({ labels: { processor: label(processor), kind: label(kind) }, value: count }));
  return [
    { name: 'payments_failing', help: 'Payments that their gateway could not be asked about the last time, by processor and kind of failure. None: there is no series.', samples },
    single('payments_oldest_due_seconds', 'For how long the oldest read-back of a payment is due, and nobody makes it. 0: none is.', oldestDueSeconds),
    single('orders_expiry_oldest_due_seconds', 'For how long the end of the oldest unpaid order whose time is over is due, and nobody sees to it. 0: none is.', oldestExpiryDueSeconds),
  ];
}

export function reconciliationReadings(facts: readonly ReconciliationFacts[]): Reading[] {
  return [{ name: 'payment_reconciliation_age_seconds', help: 'Time since a payment gateway and our payments were last compared to the end.', samples: facts.map(({ processor, seconds }) => ({ labels: { processor: label(processor) }, value: seconds })) }];
}

export function differenceReadings(facts: readonly DifferenceFacts[]): Reading[] {
  const samples = facts.map(({ processor, kind, count }) => ({ labels: { processor: label(processor), kind }, value: count }));
  return [{ name: 'payment_differences', help: 'What a payment gateway and our payments did not agree on when they were last compared, by kind. Left out where that was not to the end.', samples }];
}

function single(name: string, help: string, value: number): Reading {
  return { name, help, samples: [{ labels: {}, value }] };
}
