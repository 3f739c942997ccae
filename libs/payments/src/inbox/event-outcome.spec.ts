import { contradiction, stranger } from './event-outcome.js';
import type { InboxEvent } from './inbox-event.js';

const PAYMENT = { id: '0191d0c0-0000-7000-8000-000000000001', orderNumber: 'OF-1', reference: 'pi_1' };

describe('what an event says of a payment', () => {
  it.each([
    [{ orderNumber: null, reference: null }, PAYMENT],
    [{ orderNumber: 'OF-1', reference: 'pi_1' }, PAYMENT],
    [{ orderNumber: 'OF-1', reference: 'pi_2' }, { ...PAYMENT, reference: null }],
  ])('may be so: %j', (subject, payment) => {
    expect(contradiction(subject, payment)).toBeNull();
  });

  it('cannot be so when it names another order, or another payment at the gateway', () => {
    expect(contradiction({ orderNumber: 'OF-2', reference: 'pi_1' }, PAYMENT)).toMatch(/belongs to another order, OF-1/);
    expect(contradiction({ orderNumber: null, reference: 'pi_2' }, PAYMENT)).toMatch(/^It names pi_2, but payment .* is pi_1 at the gateway/);
  });
});

it('an event of a stranger is parked with what it names, and why that may be', () => {
  const event = { processor: 'stripe', subject: { paymentId: null, reference: 'pi_9', captureReference: null, orderNumber: 'X-9' } } as InboxEvent;
  expect(stranger(event)).toEqual({ status: 'parked', inMs: null, detail: expect.stringContaining('No payment of ours by stripe is known by it (reference pi_9, order X-9).') as string });
});
