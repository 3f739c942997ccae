import { RefundStateError } from './refunds.errors.js';
import { REFUND_STATUSES, REFUND_TRANSITIONS, next, type RefundEvent, type RefundStatus } from './transitions.js';

const steps = REFUND_STATUSES.flatMap((status) => (Object.entries(REFUND_TRANSITIONS[status]) as [RefundEvent, RefundStatus][]).map(([event, to]) => ({ status, event, to })));
const EVENTS = [...new Set(steps.map(({ event }) => event))];

describe('the refund table', () => {
  it('has a row for every status and for nothing else, and leads only to these', () => {
    expect(Object.keys(REFUND_TRANSITIONS).sort()).toEqual([...REFUND_STATUSES].sort());
    expect(steps.filter(({ to }) => !REFUND_STATUSES.includes(to))).toEqual([]);
  });

  it('reaches every status from where a refund begins, and ends only as denied or, unless the gateway takes it back, as complete', () => {
    const reached = new Set<RefundStatus>(['requested']);
    for (const status of reached) for (const { to } of steps.filter((step) => step.status === status)) reached.add(to);
    expect([...reached].sort()).toEqual([...REFUND_STATUSES].sort());
    expect(REFUND_STATUSES.filter((status) => Object.keys(REFUND_TRANSITIONS[status]).length === 0)).toEqual(['denied']);
    expect(Object.keys(REFUND_TRANSITIONS.complete)).toEqual(['bounce']);
  });

  it('takes no access before the money is back', () => {
    expect(steps.filter(({ event }) => event === 'complete' || event === 'failAccess').map(({ status }) => status).every((status) => status === 'money_returned' || status === 'access_error')).toBe(true);
  });

  it('denies nothing of which the money has left us', () => {
    expect(steps.filter(({ event }) => event === 'deny').map(({ status }) => status)).toEqual(['requested', 'money_error']);
  });
});

describe('next', () => {
  it('gives the status of every row of the table, and refuses everything else', () => {
    for (const status of REFUND_STATUSES) {
      for (const event of EVENTS) {
        const to = REFUND_TRANSITIONS[status][event];
        const move = () => next({ number: 'RF-1', status }, event);
        if (to) expect(move()).toBe(to);
        else expect(move).toThrow(RefundStateError);
      }
    }
  });

  it.each<[RefundStatus, string]>([
    ['requested', 'Possible: approve, deny'],
    ['money_error', 'Possible: deny, retry'],
    ['access_error', 'Possible: retry'],
    ['approved', 'It goes on by itself'],
    ['complete', 'It is over'],
    ['denied', 'by a new refund'],
  ])('says what can be done about one that is %s', (status, words) => {
    expect(() => next({ number: 'RF-1', status }, 'failAccess')).toThrow(words);
  });
});
