import { randomUUID, randomUUIDv7 } from 'node:crypto';
import type { FulfillmentRequest } from '@order-fulfillment/fulfiller-kit';
import type { CodeBook, CodeBatch } from '#codes';
import { ISSUE } from '../../libs/codes/src/codes.statements.js';
import { block } from '../support/blocker.js';
import { openBook, type BookUnderTest } from '../support/code-book.js';
import { openOrders, type OrdersUnderTest } from '../support/orders.js';
import { until } from '../support/until.js';

const DETAILS = { courseId: 'course-v1:AcmeX+BIO1+2026', mode: 'verified' };
const ALL_VOIDED = { issued: 10, redeemed: 0, voided: 10 };

let shop: OrdersUnderTest;
let opened: BookUnderTest;
let codes: CodeBook;
beforeAll(async () => {
  shop = await openOrders();
  opened = await openBook(shop.databaseUrl);
  ({ codes } = opened);
});
afterAll(async () => {
  await opened.module.close();
  await shop.close();
});

const batch = (change: Partial<CodeBatch> = {}): CodeBatch => ({ quantity: 10, orderNumber: `OF-${randomUUID()}`, validDays: 30, ...DETAILS, ...change });
const waiting = async (count: number) =>
  until(`${count} wait for a lock`, async () => (await shop.sql(`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)).length === count);
const request = (): FulfillmentRequest<unknown> => ({
  idempotencyKey: randomUUIDv7(), orderId: randomUUID(), orderNumber: `OF-${randomUUID()}`, placedAt: new Date(), learner: { username: 'buyer', email: null, address: null },
  quantity: 10, details: DETAILS, attempt: 1, acceptedReference: null, signal: new AbortController().signal, remainingMs: () => 1_000,
});

// Without the voided codes that closing puts where none are, each of these but the last leaves codes that are good.
describe('a line of enrollment codes that is closed', () => {
  it('gets none from whoever comes later, and the fulfiller says why', async () => {
    const asked = request();
    await opened.fulfiller.revoke(asked);
    await expect(opened.fulfiller.fulfill(asked)).rejects.toMatchObject({ kind: 'rejected', passing: false, mayHaveArrived: false, detail: expect.stringContaining('The codes of this line were taken back') });
    expect(await opened.fulfiller.verify(asked)).toBeNull();
    expect(await codes.standing(asked.idempotencyKey)).toEqual(ALL_VOIDED);
  });

  it.each(['fulfill', 'revoke'] as const)('has none that are good when its delivery and its taking back wait at the same moment, %s first', async (first) => {
    const asked = request();
    const table = await block(shop.databaseUrl, 'lock table enrollment_code in share mode');
    const verbs = first === 'fulfill' ? (['fulfill', 'revoke'] as const) : (['revoke', 'fulfill'] as const);
    const running: Promise<unknown>[] = [];
    for (const verb of verbs) {
      running.push(Promise.resolve(opened.fulfiller[verb](asked)).catch((failure: unknown) => failure));
      await waiting(running.length);
    }
    await table.release();
    await Promise.all(running);
    expect(await opened.fulfiller.verify(asked)).toBeNull();
    expect(await codes.standing(asked.idempotencyKey)).toEqual(ALL_VOIDED);
  });

  it('has none that are good when they were written and not committed, and nobody had seen them', async () => {
    const lineId = randomUUIDv7();
    const terms = batch();
    const positions = Array.from({ length: terms.quantity }, (_, index) => index + 1);
    const drawn = positions.map((position) => 'QRSTUVWXYZ'.charAt(position - 1).repeat(16));
    const underWay = await block(shop.databaseUrl, ISSUE.text, [lineId, drawn, positions, terms.orderNumber, terms.courseId, terms.mode, terms.validDays]);
    const closed = codes.closeLine(lineId, terms);
    await waiting(1);
    await underWay.release();
    await closed;
    expect((await codes.ofOrder(terms.orderNumber, 20)).codes.map(({ code, status }) => [code, status])).toEqual(drawn.map((code) => [code, 'voided']));
  });

  // Two that took the positions in another order would wait for each other, and PostgreSQL would end one of them.
  it('takes everybody who comes at once: two that close it and two that issue', async () => {
    const terms = batch({ quantity: 500 });
    for (let round = 1; round <= 10; round += 1) {
      const lineId = randomUUIDv7();
      await Promise.all([codes.issue(lineId, terms), codes.closeLine(lineId, terms), codes.issue(lineId, terms), codes.closeLine(lineId, terms)]);
      expect(await codes.standing(lineId)).toEqual({ issued: 500, redeemed: 0, voided: 500 });
    }
  });

  it('is not closed by who hears that his time is over: neither where nothing is, nor where codes are', async () => {
    const over = () => {
      throw new Error('out of time');
    };
    const lineId = randomUUIDv7();
    await expect(codes.closeLine(lineId, batch(), over)).rejects.toThrow('out of time');
    expect(await codes.standing(lineId)).toMatchObject({ issued: 0 });
    await codes.issue(lineId, batch());
    await expect(codes.closeLine(lineId, batch(), over)).rejects.toThrow('out of time');
    expect(await codes.standing(lineId)).toMatchObject({ issued: 10, voided: 0 });
  });
});
