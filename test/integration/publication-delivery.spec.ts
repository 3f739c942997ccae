import { LmsCredentialsMissingError, LmsDiffersError, LmsRefusedError, LmsUnansweredError, type LmsCourse } from '#lms';
import { block, type Blocker } from '../support/blocker.js';
import { AUDIT, RETRY_IN_MS, VERIFIED, openPublications, type PublicationsUnderTest } from '../support/publications.js';
import { until } from '../support/until.js';

let shop: PublicationsUnderTest;
beforeAll(async () => {
  shop = await openPublications();
});
afterAll(() => shop.close());
afterEach(() => shop.lms.forgetScript());

const dearer = [AUDIT, { ...VERIFIED, priceMinor: 9_900 }];
const TIMED_OUT = new LmsUnansweredError({ end: 'timeout', mayHaveArrived: true, detail: 'The LMS did not answer in time.' });
const AWAY = new LmsUnansweredError({ end: 'network', mayHaveArrived: false, detail: 'The connection to the LMS failed (ECONNREFUSED).' });

const failing = (error: Error) => () => {
  throw error;
};
const perform = (id: string, alone = false) => shop.delivery.perform({ id, alone });
const status = async (id: string) => (await shop.row(id))['status'];
/** As if its wait were over. */
const dueNow = (id: string) => shop.sql(`update publication set due_at = now(), late_until = case when status = 'published' then now() else late_until end where course_id = $1 and due_at is not null`, [id]);
const lmsMode = (slug: string, price = 0) => ({ slug, price, currency: 'USD', sku: null, bulkSku: null, expires: null, androidSku: null, iosSku: null });

/** Puts modes into the LMS behind our back. */
function addAtLms(id: string, ...modes: LmsCourse['modes']): void {
  const course = shop.lms.courses.get(id) ?? { id, name: '', verificationDeadline: null, modes: [] };
  shop.lms.courses.set(id, { ...course, modes: [...course.modes, ...modes] });
}

describe('a publication', () => {
  it('looks, writes what differs, and is done', async () => {
    const id = await shop.course();
    await perform(id);
    expect([shop.lms.verbs(id), shop.lms.prices(id)]).toEqual([['find', 'publish'], { audit: 0, verified: 49 }]);
    expect(await shop.publications.get(id)).toMatchObject({ status: 'published', publishedVersion: 1, attempts: [{ outcome: 'published', removedModes: [] }] });
  });

  it('of what the LMS has already is no more than a look', async () => {
    const id = await shop.course();
    await perform(id);
    await shop.publications.republish(id, { actor: 'olga', reason: 'to be sure' });
    await perform(id);
    expect(shop.lms.verbs(id)).toEqual(['find', 'publish', 'find']);
    expect((await shop.publications.get(id)).attempts.map(({ outcome, reason }) => [outcome, reason])).toEqual([['unchanged', 'to be sure'], ['published', null]]);
  });

  it('that nothing is due for calls nobody', async () => {
    const id = await shop.course();
    await perform(id);
    await perform(id);
    await perform('course-v1:No+Such+One');
    expect(shop.lms.verbs(id)).toEqual(['find', 'publish']);
  });

  it('of a course with credit switches that on first', async () => {
    const id = await shop.course([VERIFIED, { mode: 'credit', priceMinor: 9_000, currency: 'USD', creditProvider: 'acme' }]);
    await perform(id);
    expect(shop.lms.verbs(id)).toEqual(['enableCredit', 'find', 'publish']);
  });

  it('does not go on when credit cannot be switched on', async () => {
    const id = await shop.course([VERIFIED, { mode: 'credit', priceMinor: 9_000, currency: 'USD', creditProvider: 'acme' }]);
    shop.lms.before.enableCredit.push(failing(new LmsCredentialsMissingError('Switching credit on')));
    await perform(id);
    expect(shop.lms.verbs(id)).toEqual(['enableCredit']);
    expect((await shop.publications.get(id)).failure).toMatchObject({ kind: 'configuration', detail: expect.stringContaining('LMS_OAUTH_CLIENT_ID') });
  });

  it('of a price that is not in whole units is not made', async () => {
    const id = await shop.course();
    await shop.sql(`update sku s set price_minor = 4950 from product p where p.id = s.product_id and p.course_id = $1 and p.mode = 'verified'`, [id]);
    await perform(id);
    expect([shop.lms.verbs(id), await shop.publications.get(id)]).toMatchObject([[], { status: 'failed', failure: { kind: 'configuration', detail: expect.stringContaining('verified') } }]);
  });

  it('that breaks down waits for an operator, and names no inner detail', async () => {
    const id = await shop.course();
    shop.lms.before.publish.push(failing(new TypeError('a secret')));
    await perform(id);
    expect(await shop.publications.get(id)).toMatchObject({ status: 'failed', failure: { kind: 'unknown', detail: 'The publication broke down: the log says more.' } });
  });
});

describe('changes that race', () => {
  it('leave the LMS with the last one, when the course is changed while its publication is on the way (fails without the number of requests in the settle)', async () => {
    const id = await shop.course();
    shop.lms.before.publish.push(() => shop.change(id, dearer));
    await perform(id);
    expect([shop.lms.prices(id), await status(id)]).toEqual([{ audit: 0, verified: 49 }, 'waiting']);
    await perform(id);
    expect([shop.lms.prices(id), await status(id)]).toEqual([{ audit: 0, verified: 99 }, 'published']);
  });

  it('are published one after another, whoever is woken for them (fails without the condition on claim_id and lease_until)', async () => {
    const id = await shop.course();
    let meanwhile: string[] = [];
    shop.lms.before.publish.push(async () => {
      await shop.change(id, dearer);
      await Promise.all([perform(id), perform(id, true), perform(id)]);
      meanwhile = shop.lms.verbs(id);
    });
    await perform(id);
    expect(meanwhile).toEqual(['find', 'publish']);
    await Promise.all([perform(id), perform(id, true), perform(id)]);
    expect([shop.lms.verbs(id), shop.lms.prices(id), await status(id)]).toEqual([['find', 'publish', 'find', 'publish'], { audit: 0, verified: 99 }, 'published']);
  });

  it('that come while the LMS is away are one publication when it is back, of the last', async () => {
    const id = await shop.course();
    shop.lms.before.find.push(failing(AWAY), failing(AWAY));
    await perform(id);
    expect(await shop.publications.get(id)).toMatchObject({ status: 'waiting', failure: { kind: 'network' }, tries: 1, attempts: [{ outcome: 'failed' }] });
    await shop.change(id, dearer);
    await perform(id);
    await dueNow(id);
    await perform(id);
    expect([shop.lms.verbs(id), shop.lms.prices(id), await status(id)]).toEqual([['find', 'find', 'find', 'publish'], { audit: 0, verified: 99 }, 'published']);
  });

  it('are mended when an older publication arrives after a newer one (fails without late_until in the settle)', async () => {
    const id = await shop.course();
    const old = { audit: 0, verified: 49 };
    shop.lms.before.publish.push(failing(TIMED_OUT));
    await perform(id);
    expect((await shop.publications.get(id)).attempts[0]).toMatchObject({ outcome: 'unknown' });
    await shop.change(id, dearer);
    await perform(id);
    const newer = shop.lms.courses.get(id);
    if (!newer) throw new Error('It was not published.');
    shop.lms.take({ ...newer, modes: newer.modes.map((mode) => ({ ...mode, price: old[mode.slug as keyof typeof old] })) });
    expect(await shop.publications.get(id)).toMatchObject({ status: 'published', nextAttemptAt: expect.any(Date) });
    await dueNow(id);
    await perform(id);
    expect([shop.lms.prices(id), await shop.row(id)]).toMatchObject([{ audit: 0, verified: 99 }, { status: 'published', due_at: null, late_until: null }]);
  });
});

describe('modes that only the LMS has', () => {
  it('stay until an operator has named them, and are gone then; masters stays', async () => {
    const id = await shop.course();
    addAtLms(id, lmsMode('honor'), lmsMode('masters', 900));
    await perform(id);
    expect(shop.lms.verbs(id)).toEqual(['find']);
    expect(await shop.publications.get(id)).toMatchObject({ status: 'confirm_required', extraModes: [{ mode: 'honor', price: 0, currency: 'USD' }], attempts: [{ outcome: 'confirm_required' }] });
    await shop.publications.republish(id, { actor: 'olga', reason: 'honor is over', remove: ['honor'] });
    await perform(id);
    expect([shop.lms.prices(id), await shop.publications.get(id)]).toMatchObject([{ audit: 0, verified: 49, masters: 900 }, { status: 'published', extraModes: [], attempts: [{ outcome: 'published', removedModes: ['honor'], requestedBy: 'olga' }, {}] }]);
  });

  it('stay when another one appeared before its removal was published', async () => {
    const id = await shop.course();
    addAtLms(id, lmsMode('honor'));
    await perform(id);
    await shop.publications.republish(id, { actor: 'olga', reason: 'r', remove: ['honor'] });
    addAtLms(id, lmsMode('professional', 200));
    await perform(id);
    expect(shop.lms.verbs(id)).toEqual(['find', 'find']);
    expect(await shop.publications.get(id)).toMatchObject({ status: 'confirm_required', extraModes: [{ mode: 'honor' }, { mode: 'professional', price: 200 }], removableModes: [] });
    await shop.publications.republish(id, { actor: 'olga', reason: 'r', remove: ['honor', 'professional'] });
    await perform(id);
    expect([shop.lms.prices(id), await status(id)]).toEqual([{ audit: 0, verified: 49 }, 'published']);
  });

  it('stay when they became something else after the LMS refused the publication that would have removed them', async () => {
    const id = await shop.course();
    addAtLms(id, lmsMode('honor'));
    await perform(id);
    await shop.publications.republish(id, { actor: 'olga', reason: 'honor is over', remove: ['honor'] });
    shop.lms.before.publish.push(failing(new LmsRefusedError(400, 'Verification deadline must be after the course mode upgrade deadlines.', null)));
    await perform(id);
    expect(await status(id)).toBe('failed');
    shop.lms.courses.set(id, { id, name: '', verificationDeadline: null, modes: [lmsMode('honor', 120)] });
    // What was shown before the refusal is no longer shown, so that nobody confirms it unseen.
    await expect(shop.publications.republish(id, { actor: 'olga', reason: 'again', remove: ['honor'] })).rejects.toMatchObject({ code: 'not_only_at_lms' });
    await shop.change(id, dearer);
    await perform(id);
    expect([shop.lms.prices(id), await shop.publications.get(id)]).toMatchObject([{ honor: 120 }, { status: 'confirm_required', extraModes: [{ mode: 'honor', price: 120 }] }]);
  });

  it('go without a question when the course writer has withdrawn them with a confirmation', async () => {
    const id = await shop.course();
    await perform(id);
    await shop.change(id, [VERIFIED]);
    await perform(id);
    expect([shop.lms.prices(id), await status(id)]).toEqual([{ verified: 49 }, 'published']);
  });

  it('are all that is left of a course: it is never published as an empty list, unless that was confirmed', async () => {
    const id = await shop.course();
    await shop.change(id, []);
    addAtLms(id, lmsMode('honor'));
    await perform(id);
    expect([shop.lms.verbs(id), await status(id)]).toEqual([['find'], 'confirm_required']);
    await shop.publications.republish(id, { actor: 'olga', reason: 'r', remove: ['honor'] });
    await perform(id);
    expect([shop.lms.verbs(id), shop.lms.prices(id), await status(id)]).toEqual([['find', 'find', 'publish'], {}, 'published']);
  });

  it('are none but masters, nor has the course any: then there is nothing to publish', async () => {
    const id = await shop.course();
    await shop.change(id, []);
    await shop.sql(`update course set verification_deadline = now() where id = $1`, [id]);
    addAtLms(id, lmsMode('masters', 900));
    await perform(id);
    expect([shop.lms.verbs(id), await status(id)]).toEqual([['find'], 'published']);
  });
});

describe('a failure', () => {
  it('in passing is tried again after its wait, and woken then', async () => {
    const id = await shop.course();
    shop.lms.before.publish.push(failing(new LmsRefusedError(503, '', null)));
    await perform(id);
    const [attempt] = await shop.attempts(id);
    const wakeUp = shop.woken.findLast(({ courseId }) => courseId === id);
    expect(wakeUp?.key).toBe(attempt?.['claim_id']);
    expect(wakeUp?.inMs).toBeGreaterThan(RETRY_IN_MS - 5_000);
    expect((await shop.publications.get(id)).failure).toEqual({ kind: 'server', detail: 'The LMS is out of order.', httpStatus: 503 });
  });

  it('for good keeps the words of the LMS', async () => {
    const id = await shop.course();
    shop.lms.before.publish.push(failing(new LmsRefusedError(400, 'Course does not exist.', null)));
    await perform(id);
    expect(await shop.publications.get(id)).toMatchObject({ status: 'failed', nextAttemptAt: null, failure: { kind: 'rejected', detail: 'Course does not exist.', httpStatus: 400 } });
  });
});

describe('an answer that shows another course than the one that was sent', () => {
  const twin = { ...lmsMode('verified', 45), currency: 'EUR' };
  /** A release of the LMS that replaces modes by their slugs keeps what has one of them in another currency. */
  const keepsTwin = () => {
    throw new LmsDiffersError(['verified in EUR, which was not sent']);
  };

  it('is tried three times, then waits for somebody, with the names of what differs', async () => {
    const id = await shop.course();
    shop.lms.after.publish.push(...Array.from({ length: 3 }, () => failing(new LmsDiffersError(['verified: bulkSku']))));
    shop.lms.before.find.push(...Array.from({ length: 3 }, () => () => void shop.lms.courses.delete(id)));
    for (let turn = 0; turn < 4; turn++) {
      await perform(id);
      await dueNow(id);
    }
    expect(shop.lms.verbs(id)).toEqual(['find', 'publish', 'find', 'publish', 'find', 'publish']);
    expect(await shop.publications.get(id)).toMatchObject({
      status: 'failed', failure: { kind: 'rejected', detail: expect.stringContaining('verified: bulkSku') }, attempts: [{ outcome: 'unknown' }, { outcome: 'unknown' }, { outcome: 'unknown' }],
    });
  });

  it('may be that of a mode that is there in two currencies: it was never removed', async () => {
    const id = await shop.course();
    await perform(id);
    addAtLms(id, twin);
    await shop.publications.republish(id, { actor: 'olga', reason: 'r' });
    await perform(id);
    expect(await shop.publications.get(id)).toMatchObject({ status: 'confirm_required', extraModes: [{ mode: 'verified', price: 45, currency: 'EUR' }] });
    await shop.publications.republish(id, { actor: 'olga', reason: 'r', remove: ['verified'] });
    shop.lms.before.publish.push(keepsTwin);
    await perform(id);
    await dueNow(id);
    await perform(id);
    expect(await shop.publications.get(id)).toMatchObject({ status: 'published', attempts: [{ outcome: 'published', removedModes: [] }, { outcome: 'unknown', removedModes: [] }, { outcome: 'confirm_required' }, {}] });
  });
});

describe('what came of it', () => {
  it('is written again when the database did not take it (fails when a settle is tried once)', async () => {
    const id = await shop.course();
    let blocker: Blocker | undefined;
    shop.lms.after.publish.push(async () => {
      blocker = await block(shop.databaseUrl, 'select 1 from publication where course_id = $1 for update', [id]);
    });
    const performing = perform(id);
    const [first] = await waiting();
    await shop.sql('select pg_terminate_backend($1)', [first]);
    await until('the settle is tried again', async () => (await waiting()).some((pid) => pid !== first));
    await blocker?.release();
    await performing;
    expect([shop.lms.verbs(id), await status(id)]).toEqual([['find', 'publish'], 'published']);
  });

  /** Connections that wait for a lock. */
  async function waiting(): Promise<number[]> {
    const find = async () => (await shop.sql<{ pid: number }>(`select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)).map(({ pid }) => pid);
    await until('somebody waits for a lock', async () => (await find()).length > 0);
    return find();
  }
});

describe('a holder that is lost', () => {
  it('is taken over by one that runs alone, who reads what is there and looks once more later', async () => {
    const id = await shop.course();
    const lost = await shop.claimed(id);
    await shop.lapse(id);
    await perform(id);
    expect(shop.lms.verbs(id)).toEqual([]);
    await perform(id, true);
    expect([shop.lms.verbs(id), await shop.publications.get(id)]).toMatchObject([['find', 'publish'], { status: 'published', nextAttemptAt: expect.any(Date), attempts: [{ outcome: 'published' }, { outcome: 'unknown' }] }]);
    expect(await shop.claims.settle(lost, { result: 'confirm_required', version: 1, extraModes: [] }, null)).toBeNull();
    expect(await status(id)).toBe('published');
  });

  it('three times in a row ends it without another call, for an operator to begin anew', async () => {
    const id = await shop.course();
    await shop.claimed(id);
    for (let lost = 1; lost < 3; lost++) {
      await shop.lapse(id);
      await shop.claimed(id, true);
    }
    await shop.lapse(id);
    await perform(id, true);
    expect(shop.lms.verbs(id)).toEqual([]);
    expect(await shop.publications.get(id)).toMatchObject({ status: 'failed', failure: { kind: 'unknown', detail: expect.stringContaining('3 holders in a row') } });
    await shop.publications.republish(id, { actor: 'olga', reason: 'the worker is repaired' });
    await perform(id);
    expect(await status(id)).toBe('published');
  });
});

/** Whoever is refused here is remembered by the process: each test has one of its own. */
describe('while the LMS must not be called', () => {
  let gated: PublicationsUnderTest;
  beforeEach(async () => {
    gated = await openPublications({ breakerFailures: 5 });
  });
  afterEach(() => gated.close());
  const publish = (id: string) => gated.delivery.perform({ id, alone: false });
  const stateOf = async (id: string) => (await gated.publications.get(id)).status;

  it.each([['lms'], ['lms-commerce']])('because an operator has paused %s, nothing is claimed and no attempt is spent', async (name) => {
    const id = await gated.course();
    await gated.limits.change(name, { paused: true }, { actor: 'olga', reason: 'an upgrade' });
    await publish(id);
    expect([await gated.delivery.findDue(100), await gated.attempts(id)]).toEqual([[], []]);
    await gated.limits.change(name, { paused: false }, { actor: 'olga', reason: 'done' });
    expect(await gated.delivery.findDue(100)).toEqual([{ id, alone: false, dueAt: expect.any(Date) }]);
    await publish(id);
    expect(await stateOf(id)).toBe('published');
  });

  it('because it does not take our credentials here, the other courses wait, and enrollments do not', async () => {
    const [one, two] = [await gated.course(), await gated.course()];
    gated.lms.before.find.push(failing(new LmsRefusedError(401, '', null)));
    await publish(one);
    await publish(two);
    expect(Object.fromEntries((await gated.limits.states()).map(({ name, breaker }) => [name, breaker]))).toEqual({ lms: 'closed', 'lms-commerce': 'open' });
    expect([await stateOf(one), await stateOf(two), gated.lms.verbs(two), await gated.delivery.findDue(100)]).toEqual(['waiting', 'waiting', [], []]);
    expect(await gated.publications.get(one)).toMatchObject({ nextAttemptAt: expect.any(Date), failure: { kind: 'configuration', detail: expect.stringContaining('LMS_OAUTH_CLIENT_ID') } });
  });

  it('because it asked us to slow down, the course waits as long as it asked, and that costs no attempt', async () => {
    const id = await gated.course();
    gated.lms.before.publish.push(failing(new LmsRefusedError(429, 'Slow down.', 30_000)));
    await publish(id);
    expect(await gated.row(id)).toMatchObject({ status: 'waiting', tries: 0, failure_kind: 'throttled', failure_status: 429 });
    expect(await gated.delivery.findDue(100)).toEqual([]);
    expect((await gated.limits.states()).map(({ name, throttledUntil }) => [name, throttledUntil !== null])).toEqual([['lms', false], ['lms-commerce', true]]);
  });

  it('or only so often, leave is given back where it was not used', async () => {
    const id = await gated.course();
    await gated.limits.change('lms', { ratePerMinute: 100 }, { actor: 'olga', reason: 'gently' });
    const tokens = async () => (await gated.limits.states()).find(({ name }) => name === 'lms')?.tokens?.backlog ?? 0;
    const before = await tokens();
    for (let turn = 0; turn < 5; turn++) await publish('course-v1:No+Such+One');
    expect(await tokens()).toBeGreaterThanOrEqual(before);
    await publish(id);
    expect(await tokens()).toBeLessThan(before);
  });
});
