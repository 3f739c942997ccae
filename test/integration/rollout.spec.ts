import { MikroOrmModule } from '@mikro-orm/nestjs';
import { MikroORM } from '@mikro-orm/postgresql';
import { Test, type TestingModule } from '@nestjs/testing';
import pg from 'pg';
import { Rollout, RolloutModule, RolloutPlanner, StaleVersionError, type RolloutDocument, type RolloutRule } from '#catalog';
import { mikroOrmOptions } from '#config';
import { block, type Blocker } from '../support/blocker.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { until } from '../support/until.js';

const ANN = { actor: 'ann', reason: 'step one' };
const BOB = { actor: 'bob', reason: 'step two' };

const rule = (change: Partial<RolloutRule> = {}): RolloutRule => ({ partner: null, coursePattern: '*', percentage: 100, startsAt: null, endsAt: null, ...change });
const rollout = (...rules: readonly RolloutRule[]): RolloutDocument => ({ enabled: true, rules });

let database: TestDatabase;
let app: TestingModule;
let pool: pg.Pool;
let service: Rollout;
let planner: RolloutPlanner;

beforeAll(async () => {
  database = await createTestDatabase();
  app = await Test.createTestingModule({
    imports: [MikroOrmModule.forRoot({ ...mikroOrmOptions({ url: database.url, poolSize: 5 }), registerRequestContext: false, autoLoadEntities: false }), RolloutModule],
  }).compile();
  pool = new pg.Pool({ connectionString: database.url, max: 2 });
  [service, planner] = [app.get(Rollout), app.get(RolloutPlanner)];
  await pool.query(`insert into partner (code, name) values ('acme', 'Acme'), ('beta', 'Beta')`);
});
beforeEach(() => pool.query('truncate rollout_version'));
afterAll(async () => {
  await app.get(MikroORM).close(true);
  await app.close();
  await pool.end();
  await database.drop();
});

const versions = async () => (await service.history(100, null)).items.map(({ version, document, actor }) => ({ version, enabled: document.enabled, rules: document.rules.map(({ coursePattern }) => coursePattern), actor }));

/** Somebody's version that is written and not committed yet. */
const uncommitted = (version: number, document: RolloutDocument): Promise<Blocker> =>
  block(database.url, `insert into rollout_version (version, document, actor, reason, created_at) values ($1, $2, 'eve', 'at the same moment', now())`, [version, JSON.stringify(document)]);
const becomesWaiting = () => until('somebody waits for a lock', async () => (await pool.query(`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)).rowCount === 1);

describe('a rollout', () => {
  it('is none until somebody writes one, and comes back as it was written', async () => {
    expect(await service.current()).toBeNull();
    const document = rollout(rule({ partner: 'acme', coursePattern: 'course-v1:Ac*', percentage: 33.33, startsAt: new Date('2026-11-22T12:00:00.123Z'), endsAt: new Date('2026-12-24T00:00:00Z') }), rule({ percentage: 0 }));
    const written = await service.change(document, { ifVersion: 0, ...ANN });
    expect(written).toEqual({ version: 1, document, ...ANN, createdAt: expect.any(Date) });
    expect(await service.current()).toEqual(written);
  });

  it('keeps every version, newest first and page by page', async () => {
    for (const [index, pattern] of ['A*', 'B*', 'C*'].entries()) await service.change(rollout(rule({ coursePattern: pattern })), { ifVersion: index, ...ANN });
    const first = await service.history(2, null);
    expect(first.items.map(({ version }) => version)).toEqual([3, 2]);
    const second = await service.history(2, first.nextBeforeVersion);
    expect([second.items.map(({ version }) => version), second.nextBeforeVersion]).toEqual([[1], null]);
    expect((await service.history(3, null)).nextBeforeVersion).toBeNull();
  });

  it.each([0, 1, 3])('of version 2 is not changed by who means version %d', async (ifVersion) => {
    await service.change(rollout(), { ifVersion: 0, ...ANN });
    await service.change(rollout(), { ifVersion: 1, ...ANN });
    await expect(service.change(rollout(rule()), { ifVersion, ...BOB })).rejects.toMatchObject({ code: 'stale_version', version: 2 });
    expect(await versions()).toHaveLength(2);
  });

  it('names every rule whose partner is unknown, and is not written', async () => {
    const rules = [rule({ partner: 'acme' }), rule({ partner: 'acne' }), rule(), rule({ partner: 'nobody' })];
    const refusal = { code: 'rollout_refused', problems: [{ pointer: '/rules/1/partner' }, { pointer: '/rules/3/partner' }] };
    await expect(service.change(rollout(...rules), { ifVersion: 0, ...ANN })).rejects.toMatchObject(refusal);
    await expect(planner.plan(rollout(...rules), { hasLegacy: true, at: null })).rejects.toMatchObject(refusal);
    expect(await service.current()).toBeNull();
  });
});

describe('two who change the same version at once', () => {
  it('do not both have their way', async () => {
    const outcomes = await Promise.allSettled([service.change(rollout(rule({ coursePattern: 'A*' })), { ifVersion: 0, ...ANN }), service.change(rollout(rule({ coursePattern: 'B*' })), { ifVersion: 0, ...BOB })]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(outcomes.flatMap((outcome): unknown[] => (outcome.status === 'rejected' ? [outcome.reason] : []))).toEqual([expect.any(StaleVersionError)]);
    expect(await versions()).toHaveLength(1);
  });

  // Fails without `on conflict do nothing` (the second gets a unique violation), and without the key both write version 1.
  it('meet at the key: the second waits for the first, and is told that his version is stale', async () => {
    const first = await uncommitted(1, rollout(rule({ coursePattern: 'A*' })));
    const second = service.change(rollout(rule({ coursePattern: 'B*' })), { ifVersion: 0, ...BOB }).catch((error: unknown) => error);
    await becomesWaiting();
    await first.release();
    expect(await second).toMatchObject({ code: 'stale_version', version: 1 });
    expect(await versions()).toEqual([{ version: 1, enabled: true, rules: ['A*'], actor: 'eve' }]);
  });
});

describe('the switch', () => {
  it('sends everything back and forth again, and leaves the rules alone', async () => {
    await service.change(rollout(rule({ coursePattern: 'A*' })), { ifVersion: 0, ...ANN });
    expect(await service.switchTo(false, BOB)).toMatchObject({ version: 2, document: { enabled: false, rules: [{ coursePattern: 'A*' }] }, ...BOB });
    expect(await service.switchTo(true, ANN)).toMatchObject({ version: 3, document: { enabled: true, rules: [{ coursePattern: 'A*' }] } });
    expect(await versions()).toHaveLength(3);
  });

  it('works where there is no rollout yet', async () => {
    expect(await service.switchTo(false, BOB)).toMatchObject({ version: 1, document: { enabled: false, rules: [] } });
  });

  // Fails without the second try: the statement has seen the version before, and writes nothing.
  it('turns also while somebody changes the rules, and keeps what he wrote', async () => {
    await service.change(rollout(rule({ coursePattern: 'A*' })), { ifVersion: 0, ...ANN });
    const change = await uncommitted(2, rollout(rule({ coursePattern: 'B*' })));
    const switched = service.switchTo(false, BOB);
    await becomesWaiting();
    await change.release();
    expect(await switched).toMatchObject({ version: 3, document: { enabled: false, rules: [{ coursePattern: 'B*' }] } });
  });

  it('turned by twenty at once is turned by each of them, one after the other', async () => {
    await service.change(rollout(rule()), { ifVersion: 0, ...ANN });
    await Promise.all(Array.from({ length: 20 }, (_, n) => service.switchTo(n % 2 === 0, { actor: `operator-${n}`, reason: 'now' })));
    const all = await versions();
    expect(all.map(({ version }) => version)).toEqual(Array.from({ length: 21 }, (_, n) => 21 - n));
    expect(new Set(all.map(({ actor }) => actor)).size).toBe(21);
  });

  it('makes a change stale that was begun before it', async () => {
    await service.change(rollout(rule()), { ifVersion: 0, ...ANN });
    await service.switchTo(false, BOB);
    await expect(service.change(rollout(rule({ percentage: 50 })), { ifVersion: 1, ...ANN })).rejects.toBeInstanceOf(StaleVersionError);
    expect((await service.current())?.document.enabled).toBe(false);
  });
});

describe('a plan', () => {
  const COURSES = 12_345;
  beforeAll(() => pool.query(`insert into course (id, partner, name) select 'course-v1:Org' || n % 7 || '+C' || n || '+2026', case when n % 3 = 0 then 'acme' else 'beta' end, 'Course' from generate_series(1, ${COURSES}) n`));
  afterAll(() => pool.query('delete from course'));

  it('goes through every course once, over several pages, and writes nothing', async () => {
    const plan = await planner.plan(rollout(rule({ partner: 'acme' })), { hasLegacy: true, at: null });
    const acme = Math.floor(COURSES / 3);
    expect(plan).toMatchObject({ comparedWith: null, courses: COURSES, toCommerce: acme, toLegacy: 0, unchanged: COURSES - acme });
    expect(plan.partners.map(({ partner, courses }) => [partner, courses])).toEqual([['acme', acme], ['beta', COURSES - acme]]);
    expect(plan.named).toMatchObject({ toCommerce: { length: 100 }, toLegacy: [], moreThanShown: true });
    expect(await service.current()).toBeNull();
  });

  it('is compared with the newest version, and comes true', async () => {
    await service.change(rollout(rule({ percentage: 20 })), { ifVersion: 0, ...ANN });
    const more = rollout(rule({ percentage: 30 }));
    const plan = await planner.plan(more, { hasLegacy: true, at: null });
    expect(plan).toMatchObject({ comparedWith: 1, toLegacy: 0 });
    expect(plan.toCommerce / COURSES).toBeGreaterThan(0.07);
    expect(plan.toCommerce / COURSES).toBeLessThan(0.13);
    await service.change(more, { ifVersion: 1, ...ANN });
    expect(await planner.plan(rollout(rule({ percentage: 20 })), { hasLegacy: true, at: null })).toMatchObject({ toCommerce: 0, toLegacy: plan.toCommerce });
  });

  it('moves nothing where there is no old workflow', async () => {
    expect(await planner.plan(rollout(rule()), { hasLegacy: false, at: null })).toMatchObject({ courses: COURSES, unchanged: COURSES, toCommerce: 0 });
  });

  it('is for now by the clock of the database, or for the instant that is asked for', async () => {
    const [{ now = new Date(NaN) } = {}] = (await pool.query<{ now: Date }>('select now()')).rows;
    const tomorrow = new Date(now.getTime() + 86_400_000);
    const planned = rollout(rule({ startsAt: tomorrow }));
    const today = await planner.plan(planned, { hasLegacy: true, at: null });
    expect(today).toMatchObject({ toCommerce: 0, laterChanges: [{ at: tomorrow, toCommerce: COURSES, toLegacy: 0 }] });
    expect(today.at.getTime()).toBeGreaterThanOrEqual(now.getTime());
    expect(await planner.plan(planned, { hasLegacy: true, at: tomorrow })).toMatchObject({ at: tomorrow, toCommerce: COURSES, laterChanges: [] });
  });
});
