import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ask as askApi, type Answer, type OrderBody, type ProblemBody } from '../support/api-client.js';
import { runOps } from '../support/ops.js';
import type { RunningProgram } from '../support/processes.js';
import { REFUND_REASON as reason, refundDesk, type RefundBody } from '../support/refund-desk.js';
import { openShop, type Shop } from '../support/shop.js';
import { PATIENT_MS, until } from '../support/until.js';

const statuses = (answers: readonly Answer<unknown>[]) => answers.map(({ status }) => status).sort();

describe('refunds of a shop without a gateway', () => {
  let shop: Shop;
  let second: RunningProgram;
  const { request, decide, read, becomes, order, enrolled } = refundDesk(() => shop);
  beforeAll(async () => {
    shop = await openShop();
    second = await shop.startApi();
  }, 60_000);
  afterEach(() => shop.lms.control.mend());
  afterAll(() => shop.close());

  const refunds = async () => (await shop.sql<{ n: number }>('select count(*)::int as n from refund'))[0]?.n;

  it('of an invoice: asked for, approved, money and then access back; the order shows it, and the learner may buy again', async () => {
    const { username } = await shop.learner();
    const sold = (await shop.sell(username, ['BIO_VERIFIED'])).body;
    const asked = await request({ orderNumber: sold.number });
    expect([asked.status, asked.headers.get('location'), asked.body]).toEqual([201, `/v1/refunds/${asked.body.number}`, expect.objectContaining({ status: 'requested', origin: 'request', amountMinor: 4_900, access: 'revoke', requestedBy: 'staff', reason, decidedBy: null })]);
    expect(await enrolled(username)).toEqual(['verified']);
    const approved = await decide(asked.body.number, 'approve');
    expect([approved.status, approved.body]).toEqual([200, expect.objectContaining({ status: 'complete', decidedBy: 'staff', failure: null })]);
    expect(await order(sold.number)).toMatchObject({ status: 'refunded', lines: [{ status: 'revoked' }], refunds: [{ number: asked.body.number, status: 'complete', amountMinor: 4_900 }] });
    expect(await enrolled(username)).toEqual([]);
    expect((await shop.sell(username, ['BIO_VERIFIED'])).body).toMatchObject({ status: 'complete' });
    expect(await enrolled(username)).toEqual(['verified']);
  });

  it('of a free order by its learner: nobody is asked, and he may have it again', async () => {
    const { username, token } = await shop.learner();
    const buy = () => shop.ask('POST', '/v1/checkout', { token, body: { items: [{ sku: 'BIO_AUDIT', quantity: 1 }] } });
    const bought = await buy();
    const asked = await request({ orderNumber: bought.body.number }, { token });
    expect([asked.status, asked.body]).toEqual([201, expect.objectContaining({ amountMinor: 0, status: 'money_returned', requestedBy: username, reason })]);
    await becomes(asked.body.number, 'complete');
    expect([await enrolled(username), (await buy()).status, await enrolled(username)]).toEqual([[], 201, ['audit']]);
  });

  it('of one line leaves the other, and returns its price', async () => {
    const { username } = await shop.learner();
    const { number, lines } = (await shop.sell(username, ['BIO_VERIFIED', 'CHEM_VERIFIED'])).body;
    const { body } = await request({ orderNumber: number, lineIds: [lines[1]?.id] });
    expect(body).toMatchObject({ status: 'requested', amountMinor: 9_900 });
    await decide(body.number, 'approve');
    expect(await order(number)).toMatchObject({ status: 'complete', lines: [{ status: 'fulfilled' }, { status: 'revoked' }] });
    expect((await request({ orderNumber: number })).body).toMatchObject({ amountMinor: 4_900 });
  });

  it('of money alone: the learner keeps what he has', async () => {
    const { username } = await shop.learner();
    const { number } = (await shop.sell(username, ['BIO_VERIFIED'])).body;
    const { body } = await request({ orderNumber: number, amountMinor: 900 });
    expect(body).toMatchObject({ amountMinor: 900, access: 'keep', status: 'requested' });
    expect((await decide(body.number, 'approve')).body).toMatchObject({ status: 'complete' });
    expect([await enrolled(username), (await order(number)).status]).toEqual([['verified'], 'complete']);
  });

  it('that the caller takes back himself call no LMS, and end as revoked', async () => {
    const { username } = await shop.learner();
    const { number } = (await shop.sell(username, ['BIO_VERIFIED'])).body;
    const { body } = await request({ orderNumber: number });
    const calls = (await shop.lms.control.ledger({ user: username })).length;
    expect((await decide(body.number, 'approve', { access: 'caller' })).body).toMatchObject({ status: 'complete', access: 'caller' });
    expect([(await shop.lms.control.ledger({ user: username })).length, await enrolled(username)]).toEqual([calls, ['verified']]);
    expect(await order(number)).toMatchObject({ status: 'refunded', lines: [{ status: 'revoked' }] });
  });

  it('that were denied may be asked for again, and let go of what they held', async () => {
    const { username } = await shop.learner();
    await shop.lms.control.faults({ kind: 'status', status: 403 });
    const { number, lines } = (await shop.sell(username, ['BIO_VERIFIED'])).body;
    await shop.lms.control.mend();
    const first = await request({ orderNumber: number, lineIds: [lines[0]?.id] });
    expect((await shop.resubmit(number)).body).toMatchObject({ status: 409, code: 'line_held' });
    expect((await request({ orderNumber: number, lineIds: [lines[0]?.id] })).body).toMatchObject({ status: 409, code: 'already_refunded' });
    expect((await decide(first.body.number, 'deny')).body).toMatchObject({ status: 'denied' });
    expect((await decide(first.body.number, 'approve')).body).toMatchObject({ status: 409, code: 'refund_state' });
    expect((await shop.resubmit(number)).body).toMatchObject({ status: 'complete' });
    const again = await request({ orderNumber: number, lineIds: [lines[0]?.id] });
    expect((await decide(again.body.number, 'approve')).body).toMatchObject({ status: 'complete' });
    expect((await order(number)).refunds.map(({ status }) => status)).toEqual(['denied', 'complete']);
  });

  describe('asked for wrongly', () => {
    let sold: OrderBody;
    let before: number | undefined;
    beforeAll(async () => {
      sold = (await shop.sell((await shop.learner()).username, ['BIO_VERIFIED', 'CHEM_VERIFIED'])).body;
      before = await refunds();
    });
    afterAll(async () => expect(await refunds()).toBe(before));

    it.each([
      ['a cent more than was paid', { amountMinor: 14_801 }, 409, 'over_refund', 'Only 14800 USD'],
      ['nothing', { amountMinor: 0 }, 422, 'amount_invalid', ''],
      ['less than nothing', { amountMinor: -1 }, 400, 'invalid_request', ''],
      ['half a cent', { amountMinor: 0.5 }, 400, 'invalid_request', ''],
      ['a text', { amountMinor: '4900' }, 400, 'invalid_request', ''],
      ['nothing that is a number', { amountMinor: null }, 400, 'invalid_request', ''],
      ['more than can be counted', { amountMinor: 2 ** 53 }, 400, 'invalid_request', ''],
      ['a line of another order', { lineIds: [randomUUID()] }, 404, 'line_not_found', ''],
      ['no line', { lineIds: [] }, 400, 'invalid_request', ''],
      ['access back, for money of which nobody says what it was for', { amountMinor: 100, access: 'revoke' }, 422, 'lines_required', ''],
      ['what nobody knows', { currency: 'EUR' }, 400, 'invalid_request', ''],
    ])('for %s', async (_, change, status, code, detail) => {
      const { body } = await request({ orderNumber: sold.number, ...change });
      expect(body).toMatchObject({ status, code, detail: expect.stringContaining(detail) });
    });

    it.each(['NaN', 'Infinity', '1e400', '-0.1', '9007199254740993'])('for the amount %s', async (amount) => {
      const { status } = await shop.ask('POST', '/v1/refunds', { token: shop.staff, body: `{"orderNumber":"${sold.number}","reason":"x","amountMinor":${amount}}` });
      expect(status).toBe(400);
    });

    it('for a line twice, an order that is not there, without a key, and by nobody', async () => {
      const [line] = sold.lines;
      expect((await request({ orderNumber: sold.number, lineIds: [line?.id, line?.id] })).body).toMatchObject({ status: 422, code: 'duplicate_lines' });
      expect((await request({ orderNumber: 'OF-1' })).body).toMatchObject({ status: 404, code: 'order_not_found' });
      expect((await request({ orderNumber: sold.number }, { key: null })).body).toMatchObject({ status: 400, code: 'idempotency_key_missing' });
      expect((await request({ orderNumber: sold.number }, { token: null })).body).toMatchObject({ status: 401 });
    });

    it('for a refund that is not there', async () => {
      for (const verb of ['approve', 'deny', 'retry'] as const) expect((await decide('RF-1', verb)).body).toMatchObject({ status: 404, code: 'refund_not_found' });
      expect(await read('RF-1')).toMatchObject({ status: 404, code: 'refund_not_found' });
      expect((await decide('RF-1', 'approve', { amountMinor: 5 })).body).toMatchObject({ status: 400 });
    });
  });

  it('for one key give one refund and one answer, also to twenty at once from two replicas', async () => {
    const { number } = (await shop.sell((await shop.learner()).username, ['BIO_VERIFIED'])).body;
    const key = randomUUID();
    const body = { orderNumber: number, reason };
    const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => askApi<RefundBody>(index % 2 === 0 ? shop.api.url : second.url, 'POST', '/v1/refunds', { token: shop.staff, key, body })));
    expect(statuses(answers)).toEqual(Array.from({ length: 20 }, () => 201));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers.filter(({ headers }) => headers.get('idempotency-replayed') === 'true')).toHaveLength(19);
    expect((await order(number)).refunds).toHaveLength(1);
    await decide(answers[0]?.body.number ?? '', 'approve');
    expect((await request(body, { key })).text).toBe(answers[0]?.text);
    expect((await request({ ...body, amountMinor: 5 }, { key })).body).toMatchObject({ status: 422, code: 'idempotency_key_reused' });
  });

  it('of one line at once from two replicas are one', async () => {
    const { number, lines } = (await shop.sell((await shop.learner()).username, ['BIO_VERIFIED', 'CHEM_VERIFIED'])).body;
    const body = { orderNumber: number, reason, lineIds: [lines[0]?.id] };
    const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => askApi<ProblemBody>(index % 2 === 0 ? shop.api.url : second.url, 'POST', '/v1/refunds', { token: shop.staff, body })));
    expect(statuses(answers)).toEqual([201, ...Array.from({ length: 19 }, () => 409)]);
    expect(new Set(answers.filter(({ status }) => status === 409).map((answer) => answer.body.code))).toEqual(new Set(['already_refunded']));
  });

  it('of parts at once from two replicas are never more than was paid', async () => {
    const { number } = (await shop.sell((await shop.learner()).username, ['BIO_VERIFIED'])).body;
    const body = { orderNumber: number, reason, amountMinor: 1_000 };
    const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => askApi<ProblemBody>(index % 2 === 0 ? shop.api.url : second.url, 'POST', '/v1/refunds', { token: shop.staff, body })));
    expect(statuses(answers)).toEqual([201, 201, 201, 201, ...Array.from({ length: 16 }, () => 409)]);
    expect(answers.find(({ status }) => status === 409)?.body).toMatchObject({ code: 'over_refund', detail: expect.stringContaining('Only 900 USD') });
  });

  describe('asked for by a learner', () => {
    it('are of his own orders, as they are; and he sees his own, without the words of others', async () => {
      const [ann, eve] = [await shop.learner(), await shop.learner()];
      const { number } = (await shop.sell(ann.username, ['BIO_VERIFIED'])).body;
      expect((await request({ orderNumber: number }, { token: eve.token })).body).toMatchObject({ status: 404, code: 'order_not_found' });
      for (const terms of [{ amountMinor: 5 }, { access: 'keep' }]) expect((await request({ orderNumber: number, ...terms }, { token: ann.token })).body).toMatchObject({ status: 403, code: 'staff_only_terms' });
      const asked = await request({ orderNumber: number }, { token: ann.token });
      expect(asked.body).toMatchObject({ status: 'requested', amountMinor: 4_900, requestedBy: ann.username, reason });
      for (const verb of ['approve', 'deny', 'retry']) expect((await shop.ask<ProblemBody>('POST', `/v1/refunds/${asked.body.number}/${verb}`, { token: ann.token, body: { reason } })).body).toMatchObject({ status: 403, code: 'staff_only' });
      await decide(asked.body.number, 'deny', { reason: 'suspected of fraud' });
      const seen = await shop.ask<RefundBody>('GET', `/v1/refunds/${asked.body.number}`, { token: ann.token });
      expect([seen.body, seen.text]).toEqual([expect.objectContaining({ status: 'denied', decidedBy: 'staff', decisionReason: null, attemptLog: null }), expect.not.stringContaining('fraud')]);
      expect(await read(asked.body.number, eve.token)).toMatchObject({ status: 404, code: 'refund_not_found' });
      const list = (token: string, query = '') => shop.ask<{ items: RefundBody[] }>('GET', `/v1/refunds${query}`, { token });
      expect((await list(ann.token)).body.items.map((item) => item.number)).toEqual([asked.body.number]);
      expect((await list(eve.token, `?learner=${ann.username}`)).body.items).toEqual([]);
      expect((await order(number, ann.token)).refunds).toEqual([{ number: asked.body.number, status: 'denied', amountMinor: 4_900 }]);
    });

    it('are asked for in time', async () => {
      const { username, token } = await shop.learner();
      const { number } = (await shop.sell(username, ['BIO_VERIFIED'])).body;
      const paidDaysAgo = (days: number) => shop.sql(`update order_line set paid_at = now() - interval '${days} days' + interval '1 minute' where order_id = (select id from orders where number = $1)`, [number]);
      await paidDaysAgo(15);
      expect((await request({ orderNumber: number }, { token })).body).toMatchObject({ status: 409, code: 'refund_window_over', detail: expect.stringContaining('14 days') });
      await paidDaysAgo(14);
      expect((await request({ orderNumber: number }, { token })).status).toBe(201);
    });
  });

  it('are listed for staff, newest first, a page at a time, by what they are', async () => {
    const { username } = await shop.learner();
    const { number } = (await shop.sell(username, ['BIO_VERIFIED'])).body;
    const made = [];
    for (const amountMinor of [1, 2, 3]) made.unshift((await request({ orderNumber: number, amountMinor })).body.number);
    await decide(made[0] ?? '', 'deny');
    const list = async (query: string) => (await shop.ask<{ items: RefundBody[]; nextCursor: string | null }>('GET', `/v1/refunds?${query}`, { token: shop.staff })).body;
    const first = await list(`orderNumber=${number}&limit=2`);
    const rest = await list(`orderNumber=${number}&limit=2&cursor=${first.nextCursor}`);
    expect([[...first.items, ...rest.items].map((item) => item.number), rest.nextCursor]).toEqual([made, null]);
    expect((await list(`learner=${username}&status=denied&origin=request&failed=false`)).items.map((item) => item.number)).toEqual([made[0]]);
    expect((await list(`learner=${username}&failed=true`)).items).toEqual([]);
    expect(await list('status=open')).toMatchObject({ status: 400, code: 'invalid_request' });
  });

  it('are shown and decided on by the command, and done by a worker', async () => {
    const { username } = await shop.learner();
    const { number } = (await shop.sell(username, ['BIO_VERIFIED'])).body;
    const { body } = await request({ orderNumber: number });
    const ops = (...argv: string[]) => runOps({ DATABASE_URL: shop.databaseUrl }, ['refunds', ...argv]);
    expect((await ops('--order', number)).out).toContain(body.number);
    expect((await ops(body.number)).out).toContain('Waits for an operator.');
    const approved = await ops('--approve', body.number, '--reason', 'agreed', '--actor', 'olga');
    expect([approved.err, approved.code]).toEqual(['', 0]);
    expect(approved.out).toMatch(/money_returned[^]*by olga: agreed[^]*Its money is back\. Its access is due/);
    expect((await order(number)).lines[0]).toMatchObject({ status: 'fulfilled' });
    const again = await ops('--deny', body.number, '--reason', 'no');
    expect([again.code, again.err]).toEqual([1, expect.stringContaining(`Refund ${body.number} is money_returned`)]);
    expect((await ops('--approve', 'RF-1', '--reason', 'x')).err).toBe('There is no refund RF-1.\n');
    const worker = await shop.startWorker();
    await becomes(body.number, 'complete');
    expect(await (await fetch(`${worker.url}/metrics`)).text()).toMatch(/^refunds_open\{status="money_returned",service="[^"]+"\} 0$/m);
    await worker.stop();
    const shown = await runOps({ DATABASE_URL: shop.databaseUrl }, ['order', number]);
    expect(shown.out).toMatch(new RegExp(`Payments\n.*invoice, captured, 4900 USD[^]*Refunds\n.*${body.number}, complete, 4900 USD`));
  }, 60_000);

  it('with the LMS down: the money is back, the access is pending and visible, and done by itself when the LMS is back', async () => {
    const { username } = await shop.learner();
    const { number } = (await shop.sell(username, ['BIO_VERIFIED'])).body;
    const { body } = await request({ orderNumber: number });
    const worker = await shop.startWorker();
    await shop.lms.control.outage();
    const approved = await decide(body.number, 'approve');
    expect(approved.body).toMatchObject({ status: 'money_returned', failure: { kind: 'network' }, nextAttemptAt: expect.any(String) });
    expect(await order(number)).toMatchObject({ status: 'complete', lines: [{ status: 'fulfilled' }], refunds: [{ status: 'money_returned' }] });
    await until('it was tried again in vain', async () => ((await read(body.number)).attemptLog ?? []).filter(({ half, outcome }) => half === 'access' && outcome === 'failed').length > 1, PATIENT_MS);
    expect(await read(body.number)).toMatchObject({ status: 'money_returned' });
    await shop.lms.control.mend();
    await becomes(body.number, 'complete');
    expect([await enrolled(username), (await order(number)).status]).toEqual([[], 'refunded']);
    await worker.stop();
  }, 60_000);
});

describe('the rules of refunds', () => {
  let folder: string;
  let shop: Shop;
  const { request, becomes } = refundDesk(() => shop);
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'refund-rules-'));
    shop = await openShop({ env: { REFUNDS_FILE: await put('refunds.yaml', 'requestWindowDays: 0\nautoApprove:\n  - { name: small, requestedBy: any, upTo: { USD: 5000 }, productTypes: [seat] }\n') } });
  }, 60_000);
  afterAll(async () => {
    await shop.close();
    await rm(folder, { recursive: true });
  });

  async function put(name: string, text: string): Promise<string> {
    await writeFile(join(folder, name), text);
    return join(folder, name);
  }

  it('approve what they name, by their name, and no more of one order in parts', async () => {
    const { number, lines } = (await shop.sell((await shop.learner()).username, ['BIO_VERIFIED', 'CHEM_VERIFIED'])).body;
    const small = await request({ orderNumber: number, lineIds: [lines[0]?.id] });
    expect(small.body).toMatchObject({ decidedBy: 'rule:small', amountMinor: 4_900 });
    await becomes(small.body.number, 'complete');
    expect((await request({ orderNumber: number, lineIds: [lines[1]?.id], amountMinor: 200 })).body).toMatchObject({ status: 'requested', decidedBy: null });
  });

  it('may have learners not ask at all', async () => {
    const { username, token } = await shop.learner();
    const { number } = (await shop.sell(username, ['BIO_VERIFIED'])).body;
    expect((await request({ orderNumber: number }, { token })).body).toMatchObject({ status: 409, code: 'refund_window_over', detail: 'Refunds are asked for by staff.' });
  });

  it.each([
    ['a file that is not there', () => Promise.resolve(join(folder, 'missing.yaml')), 'missing.yaml: cannot be read. Set REFUNDS_FILE'],
    ['a rule that is none', () => put('wrong.yaml', 'autoApprove: [{ name: a, requestedBy: everybody }]'), 'autoApprove.0.requestedBy'],
  ])('stop the boot for %s', async (_, file, sentence) => {
    await expect(shop.startApi({ REFUNDS_FILE: await file() })).rejects.toThrow(sentence);
  });
});
