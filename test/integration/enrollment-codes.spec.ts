import { randomUUID, randomUUIDv7 } from 'node:crypto';
import { inspect } from 'node:util';
import { EntityManager } from '@mikro-orm/postgresql';
import { isDeliveryFailure, type Fulfiller, type FulfillmentRequest } from '@order-fulfillment/fulfiller-kit';
import { CodeBook, readCode } from '#codes';
import { AlreadyOwnedError, type NewOrder } from '#orders';
import { CodesDatabase } from '../../libs/codes/src/codes.database.js';
import { FIND, OF_ORDER, REDEEM, STANDING, VOID_UNREDEEMED } from '../../libs/codes/src/codes.statements.js';
import { BOOK_POOL_SIZE, openBook, type BookUnderTest } from '../support/code-book.js';
import { newLine, newOrder, openOrders, placed, type OrdersUnderTest } from '../support/orders.js';
import { TcpProxy } from '../support/tcp-proxy.js';

const BIO = 'course-v1:AcmeX+BIO1+2026';

let shop: OrdersUnderTest;
let opened: BookUnderTest;
let codes: CodeBook;
let fulfiller: Fulfiller;
beforeAll(async () => {
  shop = await openOrders({ poolSize: BOOK_POOL_SIZE });
  opened = await openBook(shop.databaseUrl);
  ({ codes, fulfiller } = opened);
});
afterAll(async () => {
  await opened.module.close();
  await shop.close();
});

const batch = (quantity: number, orderNumber = `OF-${randomUUID()}`) => ({ quantity, orderNumber, courseId: BIO, mode: 'verified', validDays: 30 });

/** So many codes of a new line. */
async function issued(quantity: number): Promise<{ lineId: string; orderNumber: string; codes: string[] }> {
  const lineId = randomUUIDv7();
  const terms = batch(quantity);
  await codes.issue(lineId, terms);
  const { codes: found } = await codes.ofOrder(terms.orderNumber, quantity);
  return { lineId, orderNumber: terms.orderNumber, codes: found.map(({ code }) => code) };
}

/** Redeems as the use case does: the code, then the order, in one transaction. */
async function redeem(code: string, order: NewOrder = newOrder()) {
  return shop.orders.place(order, {
    before: (runner) => codes.redeem(runner, code, { username: order.learner.username, orderId: order.id }),
    after: (runner, number) => codes.enterOrder(runner, code, number),
  });
}

const ordersOf = (usernames: readonly string[]) => shop.sql<{ learner_username: string; number: string }>('select learner_username, number from orders where learner_username = any($1)', [usernames]);

describe('codes are issued', () => {
  // Without the key of line and position each of them would add its own.
  it('once, however many issue them to a line at the same moment, and again later', async () => {
    const lineId = randomUUIDv7();
    const terms = batch(250);
    const standings = await Promise.all(Array.from({ length: 12 }, () => codes.issue(lineId, terms)));
    standings.push(await codes.issue(lineId, terms));
    expect(new Set(standings.map(({ issued: count }) => count))).toEqual(new Set([250]));
    const rows = await shop.sql<{ code: string; position: number }>('select code, position from enrollment_code where line_id = $1 order by position', [lineId]);
    expect(rows.map(({ position }) => position)).toEqual(Array.from({ length: 250 }, (_, index) => index + 1));
    expect(new Set(rows.map(({ code }) => code)).size).toBe(250);
    expect(rows.map(({ code }) => readCode(code))).toEqual(rows.map(({ code }) => code));
  });

  it('until when they are said to be good', async () => {
    const { lineId } = await issued(1);
    expect(await shop.sql(`select extract(epoch from expires_at - issued_at)::int as s from enrollment_code where line_id = $1`, [lineId])).toEqual([{ s: 30 * 24 * 3_600 }]);
  });

  // Without the second round the line would have a code too few.
  it('in full when a drawn code belongs to somebody already', async () => {
    const [taken = ''] = (await issued(1)).codes;
    const drawn = [taken, 'A'.repeat(16), 'A'.repeat(16), 'B'.repeat(16), taken, 'C'.repeat(16)];
    const book = drawingFrom(() => drawn.shift() ?? '');
    const lineId = randomUUIDv7();
    expect(await book.issue(lineId, batch(3))).toEqual({ issued: 3, redeemed: 0, voided: 0 });
    expect((await shop.sql<{ code: string }>('select code from enrollment_code where line_id = $1 order by code', [lineId])).map(({ code }) => code)).toEqual(['A', 'B', 'C'].map((letter) => letter.repeat(16)));
  });

  it('not for ever anew from a source that is broken, and the error names no code', async () => {
    const [taken = ''] = (await issued(1)).codes;
    const failed = drawingFrom(() => taken).issue(randomUUIDv7(), batch(1));
    await expect(failed).rejects.toThrow(/source is broken/);
    await expect(failed).rejects.not.toThrow(taken);
  });

  it('not by who hears, when he has a connection at last, that his time is over', async () => {
    const lineId = randomUUIDv7();
    const over = () => {
      throw new Error('out of time');
    };
    await expect(codes.issue(lineId, batch(3), over)).rejects.toThrow('out of time');
    expect(await codes.standing(lineId)).toEqual({ issued: 0, redeemed: 0, voided: 0 });
    // The connection that it had is not lost.
    for (let round = 0; round <= BOOK_POOL_SIZE; round += 1) await codes.issue(lineId, batch(3), over).catch(() => undefined);
    expect(await codes.issue(lineId, batch(3))).toMatchObject({ issued: 3 });
  });
});

describe('a code', () => {
  // Without "redeemed_at is null" in REDEEM each of them would have an order.
  it('that twenty learners redeem at the same moment gives one of them an order', async () => {
    const { codes: [code = ''] } = await issued(1);
    const orders = Array.from({ length: 20 }, () => newOrder());
    const claims = (await Promise.all(orders.map((order) => redeem(code, order)))).flatMap((claim) => claim ?? []);
    expect(claims).toHaveLength(1);
    const left = await ordersOf(orders.map(({ learner }) => learner.username));
    expect(left).toHaveLength(1);
    expect(await codes.find(code)).toMatchObject({ status: 'redeemed', redeemedBy: left[0]?.learner_username, redemptionOrderNumber: left[0]?.number });
    expect(claims[0]?.order.number).toBe(left[0]?.number);
  });

  // Without one transaction for both the code would be used up for nothing.
  it('stays unused when the order is not written: its key is taken, the learner has it, or has it at this very moment', async () => {
    const { codes: [code = ''] } = await issued(1);
    const first = newOrder();
    await placed(shop, first);
    expect(await redeem(code, newOrder({ idempotency: first.idempotency }))).toBeUndefined();
    expect(await redeem(code, newOrder({ learner: first.learner, lines: [newLine({ productId: first.lines[0]?.productId ?? '' })] }))).toBeUndefined();
    expect(await codes.find(code)).toMatchObject({ status: 'issued' });

    const { codes: many } = await issued(10);
    const productId = randomUUIDv7();
    const { learner } = first;
    const answers = await Promise.allSettled(many.map((one) => redeem(one, newOrder({ learner, lines: [newLine({ productId })] }))));
    expect(answers.filter((answer) => answer.status === 'fulfilled' && answer.value)).toHaveLength(1);
    for (const answer of answers) if (answer.status === 'rejected') expect(answer.reason).toBeInstanceOf(AlreadyOwnedError);
    const statuses = await Promise.all(many.map(async (one) => (await codes.find(one))?.status));
    expect(statuses.filter((status) => status === 'redeemed')).toHaveLength(1);
  });

  it('and its order come to nothing together when the process breaks down in between', async () => {
    const { codes: [code = ''] } = await issued(1);
    const order = newOrder();
    const broken = shop.orders.place(order, { before: (runner) => codes.redeem(runner, code, { username: order.learner.username, orderId: order.id }), after: () => Promise.reject(new Error('broken')) });
    await expect(broken).rejects.toThrow('broken');
    expect(await ordersOf([order.learner.username])).toEqual([]);
    expect(await redeem(code)).toBeDefined();
  });

  // Without "expires_at > clock_timestamp()" in REDEEM somebody who looked in time would redeem it.
  it('is not redeemed after its time, nor when it is voided', async () => {
    const { lineId, codes: [expired = '', voided = ''] } = await issued(2);
    await shop.sql(`update enrollment_code set expires_at = now() where code = $1`, [expired]);
    expect(await redeem(expired)).toBeUndefined();
    expect(await codes.find(expired)).toMatchObject({ status: 'expired' });
    await codes.closeLine(lineId, batch(2));
    expect(await redeem(voided)).toBeUndefined();
    expect(await codes.find(voided)).toMatchObject({ status: 'voided' });
  });

  // Without "voided_at is null" in REDEEM, and "redeemed_at is null" in VOID_UNREDEEMED, some would be both.
  it('is redeemed or voided, never both, when both happen at the same moment', async () => {
    const { lineId, codes: many } = await issued(40);
    const [claims] = await Promise.all([Promise.all(many.map((code) => redeem(code))), codes.closeLine(lineId, batch(40))]);
    const redeemed = claims.filter((claim) => claim !== undefined).length;
    expect(await codes.standing(lineId)).toEqual({ issued: 40, redeemed, voided: 40 - redeemed });
  });
});

describe('the codes of an order', () => {
  it('come in pages, line by line, each once', async () => {
    const orderNumber = `OF-${randomUUID()}`;
    const [first = '', second = ''] = [randomUUIDv7(), randomUUIDv7()].sort();
    await codes.issue(first, batch(3, orderNumber));
    await codes.issue(second, batch(4, orderNumber));
    await issued(5);
    const places: string[] = [];
    for (let page = await codes.ofOrder(orderNumber, 2); ; page = await codes.ofOrder(orderNumber, 2, page.next)) {
      places.push(...page.codes.map(({ lineId, position }) => `${lineId} ${position}`));
      if (!page.next) break;
    }
    expect(places).toEqual([...[1, 2, 3].map((position) => `${first} ${position}`), ...[1, 2, 3, 4].map((position) => `${second} ${position}`)]);
    expect(await codes.ofOrder('OF-none', 2)).toEqual({ codes: [], next: null });
  });

  it('can be read all, never more than 500 at a time', async () => {
    const { orderNumber } = await issued(1_000);
    const sizes: number[] = [];
    for await (const page of codes.allOfOrder(orderNumber)) sizes.push(page.length);
    expect(sizes).toEqual([500, 500]);
  });
});

describe('the fulfiller, with the real table', () => {
  const request = (change: Partial<FulfillmentRequest<unknown>> = {}): FulfillmentRequest<unknown> => ({
    idempotencyKey: randomUUIDv7(), orderId: randomUUID(), orderNumber: `OF-${randomUUID()}`, placedAt: new Date(), learner: { username: 'buyer', email: null, address: null },
    quantity: 10, details: { courseId: BIO, mode: 'verified' }, attempt: 1, acceptedReference: null, signal: new AbortController().signal, remainingMs: () => 1_000, ...change,
  });

  it('delivers, reads back and takes back what was not redeemed', async () => {
    const asked = request();
    expect(await fulfiller.verify(asked)).toBeNull();
    await fulfiller.fulfill(asked);
    await fulfiller.fulfill(asked);
    expect(await fulfiller.verify(asked)).toEqual({ reference: `10 enrollment codes for ${BIO} (verified)` });
    const { codes: [one] } = await codes.ofOrder(asked.orderNumber, 1);
    await redeem(one?.code ?? '');
    await fulfiller.revoke(asked);
    await fulfiller.revoke(asked);
    expect(await fulfiller.verify(asked)).toEqual({ reference: '1 of 10 enrollment codes, which were redeemed' });
    await expect(fulfiller.fulfill(asked)).rejects.toMatchObject({ kind: 'rejected', passing: false });
    expect(await codes.standing(asked.idempotencyKey)).toEqual({ issued: 10, redeemed: 1, voided: 9 });
  });

  it('fails for a while when the database is away, and names no code', async () => {
    const { hostname, port } = new URL(shop.databaseUrl);
    const proxy = await TcpProxy.listen({ host: hostname, port: Number(port) });
    const cut = await openBook(proxy.through(shop.databaseUrl), { connectionTimeoutMillis: 300, query_timeout: 300 });
    const asked = request();
    await fulfiller.fulfill(asked);
    const { codes: [one] } = await codes.ofOrder(asked.orderNumber, 1);
    proxy.freezeReplies();
    for (const verb of ['fulfill', 'verify', 'revoke'] as const) {
      const failure: unknown = await Promise.resolve(cut.fulfiller[verb](asked)).catch((error: unknown) => error);
      if (!isDeliveryFailure(failure)) throw failure;
      expect({ verb, kind: failure.kind, passing: failure.passing, mayHaveArrived: failure.mayHaveArrived }).toEqual({ verb, kind: 'network', passing: true, mayHaveArrived: verb !== 'verify' });
      expect(inspect(failure, { depth: 9, showHidden: true })).not.toContain(one?.code);
    }
    proxy.thaw();
    await cut.module.close();
    await proxy.close();
  });
});

describe('every question about codes', () => {
  it('is answered by an index', async () => {
    await shop.sql(
      `insert into enrollment_code (code, line_id, position, order_number, course_id, mode, issued_at, expires_at)
       select translate(lpad(to_hex(n), 16, 'A'), '01abcdef', 'XYGHJKLM'), ('00000000-0000-4000-8000-' || lpad((n / 50)::text, 12, '0'))::uuid, n % 50 + 1, 'OF-' || n / 50, 'c', 'm', now(), now() + interval '1 day' from generate_series(1, 20000) n`,
    );
    await shop.sql('analyze enrollment_code');
    const lineId = '00000000-0000-4000-8000-000000000007';
    const questions: [string, string[]][] = [
      [FIND.text, [`'AAAA'`]],
      [OF_ORDER.text, [`'OF-7'`, `'${lineId}'`, '0', '101']],
      [STANDING.text, [`'${lineId}'`]],
      [VOID_UNREDEEMED.text, [`'${lineId}'`]],
      [REDEEM.text, [`'AAAA'`, `'x'`, `'${lineId}'`]],
    ];
    for (const [text, values] of questions) {
      const plan = await shop.sql<Record<string, string>>(`explain ${text.replace(/\$(\d)/g, (_, index) => values[Number(index) - 1] ?? '')}`);
      expect(plan.map((row) => row['QUERY PLAN']).join('\n')).not.toMatch(/Seq Scan/);
    }
  });
});

/** A book with another source of codes. */
function drawingFrom(draw: () => string): CodeBook {
  class OtherBook extends CodeBook {
    protected override readonly draw = draw;
  }
  return new OtherBook(new CodesDatabase(opened.module.get(EntityManager)));
}
