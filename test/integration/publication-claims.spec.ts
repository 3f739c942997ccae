import { PublicationNotFoundError, NotOnlyAtLmsError, CourseNotFoundError } from '#catalog';
import { publicationFailure, type PublicationEnd } from '../../libs/catalog/src/publication/publication.end.js';
import { block } from '../support/blocker.js';
import { AUDIT, LEASE_MS, VERIFIED, openPublications, type PublicationsUnderTest } from '../support/publications.js';
import { until } from '../support/until.js';

let shop: PublicationsUnderTest;
beforeAll(async () => {
  shop = await openPublications();
});
afterAll(() => shop.close());
beforeEach(() => shop.sql(`update publication set due_at = null, status = 'published', claim_id = null, lease_until = null`));

const SOON = { inMs: 40_000, costsAttempt: true };
const PUBLISHED: PublicationEnd = { result: 'published', version: 1, removedModes: [] };
const OUT_OF_ORDER = publicationFailure({ kind: 'server', detail: 'Bad gateway', httpStatus: 502, passing: true, mayArrive: true });
const DIFFERS = publicationFailure({ kind: 'rejected', detail: 'verified: price', passing: true, differs: true, mayArrive: true });
const REFUSED = publicationFailure({ kind: 'rejected', detail: 'Course does not exist.', httpStatus: 400 });
const EXTRA: PublicationEnd = { result: 'confirm_required', version: 1, extraModes: [{ mode: 'honor', price: 0, currency: 'USD' }, { mode: 'credit', price: 90, currency: 'USD' }] };
const dearer = [AUDIT, { ...VERIFIED, priceMinor: 9_900 }];

const due = (courseId: string, sql = `now() - interval '1 second'`) => shop.sql(`update publication set due_at = ${sql} where course_id = $1`, [courseId]);
const find = async () => (await shop.claims.find(100)).map(({ id, alone }) => [id, alone]);
const waitsForALock = () => until('somebody waits for a lock', async () => (await shop.sql(`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)).length > 0);
const inMs = async (courseId: string, column: string) => (await shop.sql<{ ms: number | null }>(`select (extract(epoch from ${column} - now()) * 1000)::float8 as ms from publication where course_id = $1`, [courseId]))[0]?.ms ?? null;

describe('a course that changed', () => {
  it('waits to be published, due at once, by the version that is to be published and whose change it was', async () => {
    const id = await shop.course();
    expect(await shop.row(id)).toMatchObject({ status: 'waiting', wanted_version: '1', published_version: null, requested_by: 'cleo', reason: null, requests: '1', tries: 0, claim_id: null });
    expect(await find()).toEqual([[id, false]]);
  });

  it('is due by the clock of the database, and not before', async () => {
    const id = await shop.course();
    await due(id, `now() + interval '1 hour'`);
    expect([await find(), await shop.claims.claim(id, true)]).toEqual([[], undefined]);
  });

  it('is found oldest first, with what its holder left', async () => {
    const [one, two, three] = [await shop.course(), await shop.course(), await shop.course()];
    await due(two, `now() - interval '1 hour'`);
    await shop.claimed(three);
    await shop.lapse(three);
    await shop.sql(`update publication set lease_until = now() - interval '30 minutes' where course_id = $1`, [three]);
    expect(await find()).toEqual([[two, false], [three, true], [one, false]]);
  });

  it('is given to one of fifty that ask at once, with its attempt on record (fails without the condition on claim_id and lease_until)', async () => {
    const id = await shop.course();
    const claims = await Promise.all(Array.from({ length: 50 }, () => shop.claims.claim(id, true)));
    expect(claims.filter(Boolean)).toHaveLength(1);
    expect(await shop.attempts(id)).toEqual([expect.objectContaining({ claim_id: claims.find(Boolean)?.claimId, outcome: 'pending', version: '1', requested_by: 'cleo', ended_at: null })]);
  });

  it('is left to whoever holds its row just now (fails without "skip locked")', async () => {
    const id = await shop.course();
    const blocker = await block(shop.databaseUrl, 'select 1 from publication where course_id = $1 for update', [id]);
    const claiming = shop.claims.claim(id, true);
    await Promise.race([claiming, waitsForALock()]);
    await blocker.release();
    expect(await claiming).toBeUndefined();
  });
});

describe('a claim that ends', () => {
  it('published: the LMS knows the version, and nothing is due', async () => {
    const id = await shop.course();
    const claim = await shop.claimed(id);
    expect(await shop.claims.settle(claim, PUBLISHED, null)).toEqual({ dueInMs: null });
    expect(await shop.row(id)).toMatchObject({ status: 'published', published_version: '1', published_at: expect.any(Date), waiting_since: null, due_at: null, tries: 0, claim_id: null });
    expect(await shop.attempts(id)).toEqual([expect.objectContaining({ outcome: 'published', ended_at: expect.any(Date), version: '1' })]);
  });

  it('failed in passing: waits for its next attempt, and counts on', async () => {
    const id = await shop.course();
    await shop.claims.settle(await shop.claimed(id), OUT_OF_ORDER, SOON);
    expect(await shop.row(id)).toMatchObject({ status: 'waiting', tries: 1, failure_kind: 'server', failure_detail: 'Bad gateway', failure_status: 502, published_version: null });
    expect(await inMs(id, 'due_at')).toBeGreaterThan(30_000);
    await due(id);
    expect((await shop.claimed(id)).tries).toBe(2);
  });

  it('throttled: costs no attempt', async () => {
    const id = await shop.course();
    await shop.claims.settle(await shop.claimed(id), OUT_OF_ORDER, { inMs: 1_000, costsAttempt: false });
    expect(await shop.row(id)).toMatchObject({ status: 'waiting', tries: 0 });
  });

  it('refused: waits for a change or an operator, and the next change begins anew', async () => {
    const id = await shop.course();
    await shop.claims.settle(await shop.claimed(id), REFUSED, null);
    expect(await shop.row(id)).toMatchObject({ status: 'failed', due_at: null, failure_kind: 'rejected', failure_status: 400, failure_detail: 'Course does not exist.' });
    await shop.change(id, dearer);
    expect(await shop.row(id)).toMatchObject({ status: 'waiting', due_at: expect.any(Date), failure_kind: null, tries: 0, wanted_version: '2' });
  });

  it('changes nothing when it was lost, but for its own attempt (fails without the claim_id in the settle)', async () => {
    const id = await shop.course();
    const lost = await shop.claimed(id);
    await shop.lapse(id);
    const taker = await shop.claimed(id, true);
    const before = await shop.row(id);
    expect(await shop.claims.settle(lost, PUBLISHED, null)).toBeNull();
    expect(await shop.row(id)).toEqual(before);
    expect((await shop.attempts(id)).map(({ outcome }) => outcome)).toEqual(['published', 'pending']);
    expect(await shop.claims.settle(taker, PUBLISHED, null)).not.toBeNull();
  });
});

describe('a change while somebody publishes', () => {
  it.each<[string, PublicationEnd, typeof SOON | null, object]>([
    ['was published', PUBLISHED, null, { published_version: '1' }],
    ['failed in passing', OUT_OF_ORDER, SOON, {}],
    ['was refused', REFUSED, null, {}],
    ['awaits a confirmation', EXTRA, null, {}],
  ])('leaves him his claim, and is due at once when what he did %s (fails without the number of requests in the settle)', async (_, end, retry, more) => {
    const id = await shop.course();
    const claim = await shop.claimed(id);
    await shop.change(id, dearer);
    expect(await shop.row(id)).toMatchObject({ status: 'publishing', claim_id: claim.claimId, due_at: null, wanted_version: '2', requests: '2' });
    expect([await find(), await shop.claims.claim(id, true)]).toEqual([[], undefined]);
    expect(await shop.claims.settle(claim, end, retry)).toEqual({ dueInMs: expect.any(Number) });
    expect(await shop.row(id)).toMatchObject({ status: 'waiting', tries: 0, failure_kind: null, waiting_since: expect.any(Date), ...more });
    expect(await find()).toEqual([[id, false]]);
  });

  it('may also be an operator who wants the same version again', async () => {
    const id = await shop.course();
    const claim = await shop.claimed(id);
    await shop.publications.republish(id, { actor: 'olga', reason: 'edited by hand there' });
    await shop.claims.settle(claim, PUBLISHED, null);
    expect(await find()).toEqual([[id, false]]);
    expect(await shop.row(id)).toMatchObject({ wanted_version: '1', requested_by: 'olga', reason: 'edited by hand there' });
  });
});

describe('attempts', () => {
  it('are kept of the newest hundred: the others go when one more has ended', async () => {
    const [id, other] = [await shop.course(), await shop.course()];
    const old = (courseId: string, count: number) =>
      shop.sql(
        `insert into publication_attempt (claim_id, course_id, version, requested_by, started_at, ended_at, outcome)
         select gen_random_uuid(), $1, n, 'cleo', now() - n * interval '1 minute', now(), 'failed' from generate_series(1, $2::int) n`,
        [courseId, count],
      );
    await old(id, 120);
    await old(other, 105);
    await shop.claims.settle(await shop.claimed(id), PUBLISHED, null);
    const kept = await shop.attempts(id);
    expect([kept.length, kept[0]?.['version'], kept.at(-1)?.['outcome'], (await shop.attempts(other)).length]).toEqual([100, '99', 'published', 105]);
  });

  it('of which the LMS showed another course are counted, over failures without an answer, until something new is wanted', async () => {
    const id = await shop.course();
    const settle = async (end: PublicationEnd) => {
      await due(id);
      const claim = await shop.claimed(id);
      await shop.claims.settle(claim, end, SOON);
      return claim.differed;
    };
    expect([await settle(DIFFERS), await settle(OUT_OF_ORDER), await settle(DIFFERS), await settle(DIFFERS)]).toEqual([0, 1, 1, 2]);
    await shop.change(id, dearer);
    expect((await shop.claimed(id)).differed).toBe(0);
  });
});

describe('a holder that is lost', () => {
  it('is followed by one that runs alone, and his attempt is closed', async () => {
    const id = await shop.course();
    await shop.claimed(id);
    expect(await find()).toEqual([]);
    await shop.lapse(id);
    expect(await find()).toEqual([[id, true]]);
    expect(await shop.claims.claim(id, false)).toBeUndefined();
    expect(await shop.claimed(id, true)).toMatchObject({ lostLeases: 1, tries: 2 });
    expect((await shop.attempts(id)).map(({ outcome, detail }) => [outcome, detail])).toEqual([['unknown', 'The lease ran out before the holder said what came of it.'], ['pending', null]]);
  });

  it('is forgotten when a later one has said what came of it', async () => {
    const id = await shop.course();
    await shop.claimed(id);
    await shop.lapse(id);
    await shop.claims.settle(await shop.claimed(id, true), OUT_OF_ORDER, SOON);
    await due(id);
    expect(await shop.claimed(id)).toMatchObject({ lostLeases: 0 });
  });

  it.each(['before', 'after'])('is not held against what is wanted %s its lease has run out (fails when a request keeps the number of lost leases)', async (when) => {
    const id = await shop.course();
    await shop.claimed(id);
    for (let lost = 1; lost < 3; lost++) {
      await shop.lapse(id);
      await shop.claimed(id, true);
    }
    if (when === 'after') await shop.lapse(id);
    await shop.publications.republish(id, { actor: 'olga', reason: 'the worker is repaired' });
    await shop.lapse(id);
    expect(await shop.claimed(id, true)).toMatchObject({ lostLeases: 1, tries: 1 });
  });

  it('is taken over with what was changed since', async () => {
    const id = await shop.course();
    await shop.claimed(id);
    await shop.lapse(id);
    await shop.change(id, dearer);
    expect(await find()).toEqual([[id, true]]);
    expect((await shop.claimed(id, true)).requests).toBe('2');
  });
});

describe('a call that may arrive late', () => {
  const lateCourse = async () => {
    const id = await shop.course();
    await shop.claims.settle(await shop.claimed(id), OUT_OF_ORDER, SOON);
    await due(id);
    return id;
  };

  it('is on record as unknown, and has the course looked at once more after the next success', async () => {
    const id = await lateCourse();
    expect((await shop.attempts(id))[0]).toMatchObject({ outcome: 'unknown' });
    const settled = await shop.claims.settle(await shop.claimed(id), PUBLISHED, null);
    expect(settled?.dueInMs).toBeGreaterThan(LEASE_MS / 2);
    expect(settled?.dueInMs).toBeLessThanOrEqual(LEASE_MS);
    expect(await shop.row(id)).toMatchObject({ status: 'published', waiting_since: null, published_version: '1' });
    await shop.sql(`update publication set due_at = now(), late_until = now() where course_id = $1`, [id]);
    expect(await shop.claims.settle(await shop.claimed(id), { result: 'unchanged', version: 1 }, null)).toEqual({ dueInMs: null });
    expect(await shop.row(id)).toMatchObject({ status: 'published', late_until: null });
  });

  it('is not forgotten over another change (fails when the time until which it may arrive is no time, but a mark that a success takes away)', async () => {
    const id = await lateCourse();
    await shop.claims.settle(await shop.claimed(id), PUBLISHED, null);
    await shop.change(id, dearer);
    expect((await shop.claims.settle(await shop.claimed(id), { ...PUBLISHED, version: 2 }, null))?.dueInMs).toBeGreaterThan(LEASE_MS / 2);
  });

  it('may be that of a lost holder', async () => {
    const id = await shop.course();
    await shop.claimed(id);
    await shop.lapse(id);
    expect((await shop.claims.settle(await shop.claimed(id, true), PUBLISHED, null))?.dueInMs).toBeGreaterThan(LEASE_MS / 2);
  });
});

describe('modes that only the LMS has', () => {
  const unconfirmed = async () => {
    const id = await shop.course();
    await shop.claims.settle(await shop.claimed(id), EXTRA, null);
    return id;
  };

  it('are shown, and wait for an operator', async () => {
    const id = await unconfirmed();
    expect(await shop.publications.get(id)).toMatchObject({ status: 'confirm_required', nextAttemptAt: null, extraModes: [{ mode: 'honor', price: 0, currency: 'USD' }, { mode: 'credit' }] });
  });

  it('may be removed once an operator names them, who and why being kept', async () => {
    const id = await unconfirmed();
    await shop.publications.republish(id, { actor: 'olga', reason: 'honor is over', remove: ['honor'] });
    expect(await shop.row(id)).toMatchObject({ status: 'waiting', removable_modes: ['honor'], requested_by: 'olga', reason: 'honor is over' });
    expect((await shop.publications.get(id)).requests).toEqual([{ at: expect.any(Date), actor: 'olga', reason: 'honor is over', removableModes: ['honor'] }]);
    const claim = await shop.claimed(id);
    expect(claim.removableModes).toEqual(['honor']);
    await shop.claims.settle(claim, { ...PUBLISHED, removedModes: ['honor'] }, null);
    expect(await shop.row(id)).toMatchObject({ removable_modes: [], extra_modes: null });
    expect((await shop.attempts(id)).at(-1)).toMatchObject({ requested_by: 'olga', reason: 'honor is over', removed_modes: ['honor'] });
  });

  it('keep what was confirmed before when more is confirmed, and what is confirmed while somebody publishes', async () => {
    const id = await unconfirmed();
    await shop.publications.republish(id, { actor: 'olga', reason: 'r', remove: ['honor'] });
    const claim = await shop.claimed(id);
    await shop.publications.republish(id, { actor: 'olga', reason: 'r', remove: ['credit'] });
    await shop.claims.settle(claim, OUT_OF_ORDER, SOON);
    expect(await shop.row(id)).toMatchObject({ status: 'waiting', removable_modes: ['credit', 'honor'] });
  });

  it.each<[string, PublicationEnd]>([
    ['published', { ...PUBLISHED, removedModes: ['honor'] }],
    ['found gone already', { result: 'unchanged', version: 1 }],
    ['refused', REFUSED],
    ['in need of another confirmation', EXTRA],
  ])('are confirmed once: where the removal is %s while somebody changes the course, only what was confirmed meanwhile stays (fails when a settle forgets confirmations only where nothing was wanted meanwhile)', async (_, end) => {
    const id = await unconfirmed();
    await shop.publications.republish(id, { actor: 'olga', reason: 'r', remove: ['honor'] });
    const claim = await shop.claimed(id);
    await shop.publications.republish(id, { actor: 'olga', reason: 'r', remove: ['credit'] });
    await shop.claims.settle(claim, end, null);
    expect(await shop.row(id)).toMatchObject({ status: 'waiting', removable_modes: ['credit'] });
    expect((await shop.claimed(id)).removableModes).toEqual(['credit']);
  });

  it('are not to be removed any more when the course is sold in them again (fails when a request keeps every older confirmation)', async () => {
    const id = await shop.course();
    await shop.change(id, [VERIFIED]);
    expect(await shop.row(id)).toMatchObject({ removable_modes: ['audit'] });
    await shop.change(id, [AUDIT, VERIFIED]);
    expect(await shop.row(id)).toMatchObject({ removable_modes: [] });
  });

  it.each([['verified'], ['no-such-mode']])('are not removed where %s was not shown', async (mode) => {
    const id = await unconfirmed();
    const before = await shop.row(id);
    await expect(shop.publications.republish(id, { actor: 'olga', reason: 'r', remove: ['honor', mode] })).rejects.toThrow(NotOnlyAtLmsError);
    expect([await shop.row(id), await shop.sql('select 1 from publication_request where course_id = $1', [id])]).toEqual([before, []]);
  });

  it('are not removed when others were shown meanwhile (fails when the difference is compared before the row is locked)', async () => {
    const id = await unconfirmed();
    const blocker = await block(shop.databaseUrl, `update publication set extra_modes = '[{"mode":"masters"}]' where course_id = $1`, [id]);
    const refused = expect(shop.publications.republish(id, { actor: 'olga', reason: 'r', remove: ['honor'] })).rejects.toThrow(NotOnlyAtLmsError);
    await waitsForALock();
    await blocker.release();
    await refused;
  });

  it('that the course writer has withdrawn with a confirmation may go', async () => {
    const id = await shop.course();
    await shop.claims.settle(await shop.claimed(id), PUBLISHED, null);
    await shop.change(id, [VERIFIED]);
    expect((await shop.claimed(id)).removableModes).toEqual(['audit']);
  });
});

describe('operators', () => {
  it('publish a course that was never published, and learn what does not exist', async () => {
    const id = await shop.course();
    await shop.sql('delete from publication where course_id = $1', [id]);
    await expect(shop.publications.get(id)).rejects.toThrow(PublicationNotFoundError);
    expect(await shop.publications.republish(id, { actor: 'olga', reason: 'imported' })).toMatchObject({ status: 'waiting', requestedBy: 'olga', wantedVersion: 1, attempts: [], requests: [{ reason: 'imported' }] });
    await expect(shop.publications.republish('course-v1:No+Such+One', { actor: 'olga', reason: 'r' })).rejects.toThrow(CourseNotFoundError);
    await shop.sql('delete from publication_request where course_id = $1', [id]);
    await shop.sql('delete from publication where course_id = $1', [id]);
    await expect(shop.publications.republish(id, { actor: 'olga', reason: 'r', remove: ['honor'] })).rejects.toThrow(NotOnlyAtLmsError);
  });

  it('publish many at once, new and old ones, and those that do not exist are left out', async () => {
    const [one, two] = [await shop.course(), await shop.course()];
    await shop.claims.settle(await shop.claimed(one), REFUSED, null);
    await shop.sql('delete from publication where course_id = $1', [two]);
    expect(await shop.publications.republishMany([one, two, one, 'course-v1:No+Such+One'], { actor: 'olga', reason: 'repaired' })).toBe(2);
    expect((await find()).map(([id]) => id).sort()).toEqual([one, two].sort());
    expect((await shop.publications.get(two)).requests).toMatchObject([{ actor: 'olga', reason: 'repaired' }]);
  });

  it('see the oldest requests first, page by page, and by status', async () => {
    await shop.sql('truncate publication_request, publication_attempt, publication');
    const ids = [await shop.course(), await shop.course(), await shop.course()];
    await shop.claims.settle(await shop.claimed(ids[1] ?? ''), REFUSED, null);
    const first = await shop.publications.list({}, 2, null);
    const second = await shop.publications.list({}, 2, first.next);
    expect([...first.publications, ...second.publications].map(({ courseId }) => courseId)).toEqual(ids);
    expect(second.next).toBeNull();
    expect((await shop.publications.list({ status: 'failed' }, 2, null)).publications.map(({ courseId }) => courseId)).toEqual([ids[1]]);
    expect(await shop.publications.figures()).toEqual({ waiting: 2, failed: 1, confirmRequired: 0, oldestWaitingSeconds: expect.any(Number) });
  });
});
