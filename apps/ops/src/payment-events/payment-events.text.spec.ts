import type { InboxEvent, InboxEventWithBody } from '#payments';
import { eventText, listText } from './payment-events.text.js';

const NOW = new Date('2026-11-22T12:00:00Z');
const before = (ms: number) => new Date(NOW.getTime() - ms);
const FIGURES = { waiting: 1, parked: 1, oldestWaitingSeconds: 40, oldestParkedSeconds: 7_200, oldestDueSeconds: 0 };
const waiting: InboxEvent = {
  id: '0191d0c0-0000-7000-8000-000000000001',
  processor: 'stripe',
  eventId: 'evt_1',
  type: 'charge.refunded',
  subject: { reference: 'pi_1', captureReference: null, paymentId: null, orderNumber: 'OF-1' },
  status: 'received',
  detail: 'Replayed by ann at 2026-11-22T11:59:00.000Z: again\nPayment 7 could not be read back: down.',
  attempts: 2,
  deliveries: 1,
  receivedAt: before(40_000),
  processedAt: null,
  nextAttemptAt: new Date(NOW.getTime() + 20_000),
};
const parked: InboxEventWithBody = { ...waiting, status: 'parked', detail: 'No payment\u001b[2J of ours.', nextAttemptAt: null, deliveries: 3, body: '{"id":"evt_1"}' };

describe('the list of payment events', () => {
  it('says how each stands and why, and what waits in all', () => {
    expect(listText({ events: [waiting, { ...parked, nextAttemptAt: null }], nextAfterId: null }, FIGURES, NOW).split('\n')).toEqual([
      'id                                    processor  type             status    received              next     order  detail',
      '0191d0c0-0000-7000-8000-000000000001  stripe     charge.refunded  received  2026-11-22 11:59:20Z  in 20 s  OF-1   Payment 7 could not be read back: down.',
      '0191d0c0-0000-7000-8000-000000000001  stripe     charge.refunded  parked    2026-11-22 11:59:20Z  -        OF-1   No payment\u00b7[2J of ours.',
      '',
      '1 waiting, the oldest for 40 s; 1 parked, the oldest for 2 h.',
      '',
    ]);
  });

  it('says when there is more, and when there is nothing', () => {
    expect(listText({ events: [waiting], nextAfterId: waiting.id }, FIGURES, NOW)).toContain('\nThere are more: these are the newest 1.');
    expect(listText({ events: [], nextAfterId: null }, { ...FIGURES, waiting: 0, parked: 0 }, NOW)).toBe('There is no such event.\n0 waiting; 0 parked.\n');
  });
});

describe('the report of one event', () => {
  it('tells what it names, why it is parked, what to do, and its body', () => {
    expect(eventText(parked, NOW).split('\n')).toEqual([
      'evt_1 of stripe, charge.refunded: parked',
      '  received   2026-11-22 11:59:20Z (40 s ago), delivered 3 times',
      '  names      reference pi_1, order OF-1',
      '  detail     No payment\u00b7[2J of ours.',
      '  to do      repair the cause, and: npm run ops -- payment-events --replay 0191d0c0-0000-7000-8000-000000000001 --reason "..."',
      '             or, where it is none of ours or was settled by hand: --dismiss 0191d0c0-0000-7000-8000-000000000001 --reason "..."',
      '',
      '{"id":"evt_1"}',
      '',
    ]);
  });

  it('says so where its body was emptied', () => {
    expect(eventText({ ...parked, status: 'processed', body: '' }, NOW)).toMatch(/\n\nIts body is not kept any more\.\n$/);
  });

  it('tells when it is looked at again, and who had it replayed', () => {
    const text = eventText({ ...waiting, body: '{}' }, NOW);
    expect(text).toContain('  next       2026-11-22 12:00:20Z (in 20 s), after 2 attempts\n  detail     Replayed by ann');
    expect(text).toContain('\n  detail     Payment 7 could not be read back: down.\n\n{}\n');
  });
});
