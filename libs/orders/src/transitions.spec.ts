import { InvalidTransitionError, LINE_STATUSES, LINE_TRANSITIONS, ORDER_STATUSES, ORDER_TRANSITIONS, isUnpaid, next, sourcesOf, wasPaid, type Transitions } from './transitions.js';

/** Either table, whatever its own words for statuses and events are. */
interface Table {
  readonly name: string;
  readonly table: Transitions<string, string>;
  readonly statuses: readonly string[];
  readonly initial: string[];
  readonly terminal: string[];
}

describe.each<Table>([
  { name: 'order', table: ORDER_TRANSITIONS, statuses: ORDER_STATUSES, initial: ['pending'], terminal: ['refunded'] },
  { name: 'line', table: LINE_TRANSITIONS, statuses: LINE_STATUSES, initial: ['open'], terminal: ['revoked'] },
])('the $name table', ({ table, statuses, initial, terminal }) => {
  const targets = Object.values(table).flatMap((row) => Object.values(row));

  it('has a row for every status and for nothing else', () => {
    expect(Object.keys(table).sort()).toEqual([...statuses].sort());
  });

  it('leads only to statuses that exist', () => {
    expect(targets.filter((target) => target === undefined || !statuses.includes(target))).toEqual([]);
  });

  it('reaches every status from where things begin', () => {
    const reached = new Set(initial);
    for (const status of reached) for (const target of Object.values(table[status] ?? {})) if (target) reached.add(target);
    expect([...reached].sort()).toEqual([...statuses].sort());
  });

  it('ends only where we say that it ends', () => {
    expect(statuses.filter((status) => Object.keys(table[status] ?? {}).length === 0)).toEqual(terminal);
  });
});

describe('next', () => {
  it('lets any cause of failure follow any other', () => {
    expect(next(ORDER_TRANSITIONS, 'fulfillment_error', 'failFulfillment')).toBe('fulfillment_error');
  });

  it('says what is allowed when the event is not', () => {
    expect(() => next(LINE_TRANSITIONS, 'failed', 'fulfil')).toThrow(new InvalidTransitionError('failed', 'fulfil', ['resubmit', 'revoke']));
  });

  it('never delivers a fulfilled line again', () => {
    expect(Object.keys(LINE_TRANSITIONS.fulfilled)).toEqual(['revoke']);
  });
});

describe('an order and its money', () => {
  it('is waited for where it can be paid and has time left', () => {
    expect(ORDER_STATUSES.filter(isUnpaid)).toEqual(['pending', 'payment_error']);
  });

  it('was there wherever the order cannot be paid any more', () => {
    expect(ORDER_STATUSES.filter(wasPaid)).toEqual(['open', 'complete', 'fulfillment_error', 'refunded']);
  });
});

describe('sourcesOf', () => {
  it('names every status an event can start from', () => {
    expect(sourcesOf(LINE_TRANSITIONS, 'revoke')).toEqual(['open', 'failed', 'fulfilled']);
  });
});
