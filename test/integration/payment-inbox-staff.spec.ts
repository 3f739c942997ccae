import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { PaymentEventBodies, PaymentEventNotFoundError, PaymentEventNotParkedError } from '#payments';
import { EVENT_FIGURES, FIND_OLD_BODY, MOST_COUNTED } from '../../libs/payments/src/inbox/inbox.statements.js';
import { openInbox, type InboxUnderTest } from '../support/payment-inbox.js';

let shop: InboxUnderTest;
beforeAll(async () => {
  shop = await openInbox();
});
afterAll(() => shop.close());

describe('a dismissal', () => {
  it('closes a parked event, and keeps why it was parked, by whom it was closed and why; it can still be replayed', async () => {
    const { id } = await shop.event({ reference: 'r' });
    await shop.sql(`update payment_event set status = 'parked', detail = 'No payment of ours.', next_attempt_at = null where id = $1`, [id]);
    expect(await shop.dismissals.dismiss(id, { actor: 'ann', reason: 'of the\nother shop' })).toMatchObject({ id, status: 'ignored', detail: expect.stringMatching(/^No payment of ours\.\nDismissed by ann at .*Z: of the other shop$/) as string });
    expect((await shop.events.findDue(500)).map((due) => due.id)).not.toContain(id);
    await expect(shop.dismissals.dismiss(id, { actor: 'ann', reason: 'again' })).rejects.toThrow(PaymentEventNotParkedError);
    await shop.replays.replay(id, { actor: 'bob', reason: 'it is ours' });
    expect(await shop.row(id)).toMatchObject({ status: 'received', detail: expect.stringMatching(/^Replayed by bob[^\n]*$/) as string });
  });

  it('is refused for what is not there, and for what nobody has to decide', async () => {
    const { id } = await shop.event({ reference: 'r' });
    const before = await shop.row(id);
    await expect(shop.dismissals.dismiss(id, { actor: 'ann', reason: 'x' })).rejects.toThrow(PaymentEventNotParkedError);
    await expect(shop.dismissals.dismiss(randomUUID(), { actor: 'ann', reason: 'x' })).rejects.toThrow(PaymentEventNotFoundError);
    expect(await shop.row(id)).toEqual(before);
  });
});

describe('bodies', () => {
  it('of events that were dealt with long ago are emptied, and the event is known still', async () => {
    await shop.sql(`delete from payment_event`);
    const kept = [];
    for (const [index, status] of ['processed', 'ignored', 'parked', 'received'].entries()) {
      const { id } = await shop.event({ reference: 'r' }, { eventId: `evt_old_${index}` });
      await shop.sql(`update payment_event set status = $2, next_attempt_at = case when $2 = 'received' then now() end, received_at = now() - interval '91 days' where id = $1`, [id, status]);
      kept.push(id);
    }
    const { id: young } = await shop.event(null, { eventId: 'evt_young' });
    await shop.sql(`update payment_event set received_at = now() - interval '89 days' where id = $1`, [young]);
    const [work] = await shop.bodies.findDue();
    expect((Date.now() - (work?.dueAt.getTime() ?? 0)) / 3_600_000).toBeCloseTo(24, 0);
    await shop.bodies.perform();
    const hasBody = async (id: string) => (await shop.reader.byId(id)).body !== '';
    expect(await Promise.all([...kept, young].map(hasBody))).toEqual([false, false, true, true, true]);
    expect(await shop.bodies.findDue()).toEqual([]);
    expect(await shop.event({ reference: 'r' }, { eventId: 'evt_old_0' })).toMatchObject({ id: kept[0], known: true });
  });

  it('are emptied in batches, by an index, and never where they are kept for ever', async () => {
    await shop.sql(`delete from payment_event`);
    await shop.sql(`insert into payment_event (id, processor, event_id, type, body, status, received_at, processed_at) select gen_random_uuid(), 'card', 'old-' || n, 't', '{}', 'processed', now() - interval '100 days', now() from generate_series(1, 10500) n`);
    await shop.sql(`insert into payment_event (id, processor, event_id, type, body, status, received_at, processed_at) select gen_random_uuid(), 'card', 'new-' || n, 't', '{}', 'processed', now(), now() from generate_series(1, 10500) n`);
    await shop.sql('vacuum analyze payment_event');
    expect((await shop.sql<{ 'QUERY PLAN': string }>(`explain ${FIND_OLD_BODY.text.replaceAll('$1', '90')}`)).map((row) => row['QUERY PLAN']).join('\n')).toContain('payment_event_body_index');
    const forEver = new PaymentEventBodies({ run: () => Promise.reject(new Error('Nobody is to be asked.')) } as never, { bodyDays: 0 });
    expect(await forEver.findDue()).toEqual([]);
    await forEver.perform();
    const left = async () => (await shop.sql<{ n: number }>(`select count(*)::int as n from payment_event where body <> ''`))[0]?.n;
    await shop.bodies.perform();
    expect(await left()).toBe(11_000);
    expect(await shop.bodies.findDue()).toHaveLength(1);
    await shop.bodies.perform();
    expect([await left(), await shop.bodies.findDue()]).toEqual([10_500, []]);
    await shop.sql(`delete from payment_event`);
  });
});

describe('the inbox for staff', () => {
  it('is listed newest first, narrowed, and page by page', async () => {
    const kept = [];
    for (let index = 0; index < 5; index += 1) {
      kept.push(await shop.event(index === 4 ? null : { orderNumber: 'OF-LIST' }, { type: 'listed', processor: index === 0 ? 'card-eu' : 'card' }));
      // Identifiers tell the order of milliseconds.
      await sleep(2);
    }
    const ids = kept.map(({ id }) => id).reverse();
    const first = await shop.reader.list({ type: 'listed' }, 3, null);
    expect([first.events.map(({ id }) => id), first.nextAfterId]).toEqual([ids.slice(0, 3), ids[2]]);
    const second = await shop.reader.list({ type: 'listed' }, 3, first.nextAfterId);
    expect([second.events.map(({ id }) => id), second.nextAfterId]).toEqual([ids.slice(3), null]);
    const narrowed = await shop.reader.list({ status: 'received', processor: 'card', type: 'listed', orderNumber: 'OF-LIST' }, 100, null);
    expect(narrowed.events.map(({ id }) => id)).toEqual(ids.slice(1, 4));
  });

  it('shows one with its body', async () => {
    const { id } = await shop.event({ reference: 'r' }, { eventId: 'evt_shown' });
    expect(await shop.reader.byId(id)).toMatchObject({ id, eventId: 'evt_shown', subject: { reference: 'r' }, body: expect.stringContaining('"evt_shown"') as string });
    await expect(shop.reader.byId(randomUUID())).rejects.toThrow(PaymentEventNotFoundError);
  });

  it('is counted: what waits, what is due, what is parked, and for how long', async () => {
    await shop.sql(`delete from payment_event`);
    expect(await shop.reader.figures()).toEqual({ waiting: 0, parked: 0, oldestWaitingSeconds: 0, oldestParkedSeconds: 0, oldestDueSeconds: 0 });
    const [due, later, parked] = [await shop.event({ reference: 'r' }), await shop.event({ reference: 'r' }), await shop.event({ reference: 'r' })];
    await shop.event(null);
    await shop.sql(`update payment_event set next_attempt_at = now() - interval '60 seconds', received_at = now() - interval '2 hours' where id = $1`, [due.id]);
    await shop.sql(`update payment_event set next_attempt_at = now() + interval '60 seconds', received_at = now() - interval '2 hours' where id = $1`, [later.id]);
    await shop.sql(`update payment_event set status = 'parked', next_attempt_at = null, received_at = now() - interval '3 hours' where id = $1`, [parked.id]);
    const { oldestWaitingSeconds, oldestParkedSeconds, oldestDueSeconds, ...counts } = await shop.reader.figures();
    expect(counts).toEqual({ waiting: 2, parked: 1 });
    expect([oldestWaitingSeconds, oldestParkedSeconds, oldestDueSeconds].map((seconds) => Math.floor(seconds / 60))).toEqual([120, 180, 1]);
  });

  it.each([
    ['what is due', `select id from payment_event where status = 'received' and next_attempt_at <= now() order by next_attempt_at limit 500`, 'payment_event_due_index'],
    ['what is parked', `select id from payment_event where id < 'ffffffff-ffff-ffff-ffff-ffffffffffff' and status = 'parked' order by id desc limit 21`, 'payment_event_status_index'],
    ['an order', `select id from payment_event where id < 'ffffffff-ffff-ffff-ffff-ffffffffffff' and order_number = 'OF-1' order by id desc limit 21`, 'payment_event_order_index'],
  ])('is asked for %s by an index, among many that are done', async (_, query, index) => {
    await shop.sql(`insert into payment_event (id, processor, event_id, type, body, order_number, status, received_at, processed_at) select gen_random_uuid(), 'card', gen_random_uuid()::text, 't', '{}', n::text, 'processed', now(), now() from generate_series(1, 5000) n`);
    await shop.sql('analyze payment_event');
    expect((await shop.sql<{ 'QUERY PLAN': string }>(`explain ${query}`)).map((row) => row['QUERY PLAN']).join('\n')).toContain(index);
    await shop.sql(`delete from payment_event`);
  });

  it('is counted up to a bound and by indexes, however many are parked or done', async () => {
    await shop.sql(`delete from payment_event`);
    await shop.sql(`insert into payment_event (id, processor, event_id, type, body, status, received_at, processed_at) select gen_random_uuid(), 'card', status || n, 't', '{}', status, now(), case status when 'processed' then now() end from generate_series(1, $1::int) n, unnest(array['parked', 'processed']) status`, [MOST_COUNTED + 50]);
    await shop.sql('vacuum analyze payment_event');
    expect((await shop.reader.figures()).parked).toBe(MOST_COUNTED);
    expect((await shop.sql<{ 'QUERY PLAN': string }>(`explain ${EVENT_FIGURES.text}`)).map((row) => row['QUERY PLAN']).join('\n')).not.toMatch(/Seq Scan/);
    await shop.sql(`delete from payment_event`);
  });
});
