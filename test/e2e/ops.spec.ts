import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import pg from 'pg';
import { becomesTrue } from '../../apps/local/src/polling.js';
import { TEST_JWT_SECRET, TEST_LMS_API_KEY } from '../support/processes.js';
import { runOps as ops, type OpsRun } from '../support/ops.js';
import { testRedisUrl } from '../support/redis.js';
import { TIMES, openShop, type Shop } from '../support/shop.js';

interface Health {
  readonly healthy: boolean;
  readonly checks: readonly { readonly name: string; readonly verdict: string; readonly fact: string; readonly advice: string | null }[];
}

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
}, 60_000);
afterEach(() => shop.lms.control.reset());
afterAll(() => shop.close());

const environment = (change: Readonly<Record<string, string>> = {}) => ({
  DATABASE_URL: shop.databaseUrl,
  LMS_URL: shop.lms.url,
  LMS_API_KEY: TEST_LMS_API_KEY,
  // The sandbox's own application.
  LMS_OAUTH_CLIENT_ID: 'sandbox-client',
  LMS_OAUTH_CLIENT_SECRET: 'sandbox-secret',
  JWT_SECRET: TEST_JWT_SECRET,
  // A database of its own on the shared server: other specs leave dependencies of theirs in the usual one.
  REDIS_URL: Object.assign(new URL(testRedisUrl()), { pathname: '/9' }).href,
  ...TIMES,
  ...change,
});
const run = (...argv: string[]) => ops(environment(), argv);

async function doctor(env: Readonly<Record<string, string>>, timeout = '60'): Promise<Health & OpsRun> {
  // Time enough on a busy machine: the tests are not about how quick it is.
  const ended = await ops(env, ['doctor', '--json', '--timeout', timeout]);
  return { ...ended, ...(JSON.parse(ended.out) as Health) };
}

const verdicts = ({ checks }: Pick<Health, 'checks'>, except: string) => Object.fromEntries(checks.filter(({ verdict }) => verdict !== except).map(({ name, verdict }) => [name, verdict]));
const check = ({ checks }: Pick<Health, 'checks'>, name: string) => checks.find((candidate) => candidate.name === name);

/** An order whose line the LMS refused for good, or, with 503, for now. */
async function soldInVain(status = 403): Promise<{ number: string; username: string }> {
  const { username } = await shop.learner();
  await shop.lms.control.faults({ kind: 'status', status });
  const { body } = await shop.sell(username, ['BIO_VERIFIED']);
  await shop.lms.control.mend();
  return { number: body.number, username };
}

describe('the doctor', () => {
  it('finds nothing wrong where nothing is', async () => {
    const { code, healthy, ...found } = await doctor(environment());
    expect([code, healthy, found.err]).toEqual([0, true, '']);
    expect(verdicts(found, 'ok')).toEqual({});
    expect(found.checks.map(({ name }) => name)).toEqual(['environment', 'token map', 'payment processors', 'refund rules', 'database', 'migrations', 'database clock', 'redis', 'lms', 'lms clock', 'credentials', 'oauth credentials', 'dependencies', 'backlog', 'product types', 'worker', 'publications', 'payments', 'payment events', 'reconciliation', 'refunds']);
    const { code: textCode, out } = await run('doctor', '--timeout', '60');
    expect([textCode, out.split('\n').slice(-2)]).toEqual([0, ['All is well.', '']]);
  }, 60_000);

  it('asks the LMS for nothing but a reading and a token', async () => {
    await doctor(environment());
    const calls = await shop.lms.control.ledger();
    expect(calls.some(({ method, status }) => method === 'GET' && status === 200)).toBe(true);
    expect(calls.filter(({ method, path, effect }) => !(['GET', 'HEAD'].includes(method) || path === '/oauth2/access_token') || effect !== 'none')).toEqual([]);
  }, 30_000);

  it('sees that the LMS is away, and goes on', async () => {
    await shop.lms.control.outage();
    const found = await doctor(environment());
    expect(found.code).toBe(1);
    expect(verdicts(found, 'ok')).toEqual({ lms: 'fail', 'lms clock': 'skipped', credentials: 'skipped', 'oauth credentials': 'skipped' });
  }, 30_000);

  it('sees that the LMS does not take the key, and does not print it', async () => {
    const found = await doctor(environment({ LMS_API_KEY: 'a-key-that-is-wrong' }));
    expect([found.code, verdicts(found, 'ok')]).toEqual([1, { credentials: 'fail' }]);
    expect(check(found, 'credentials')?.advice).toContain("Set LMS_API_KEY to the LMS's EDX_API_KEY.");
    expect(found.out + found.err).not.toContain('a-key-that-is-wrong');
  }, 30_000);

  it('sees that the LMS gives our application no token, and does not print its secret', async () => {
    const found = await doctor(environment({ LMS_OAUTH_CLIENT_SECRET: 'a-secret-that-is-wrong' }));
    expect([found.code, verdicts(found, 'ok')]).toEqual([1, { 'oauth credentials': 'fail' }]);
    expect(check(found, 'oauth credentials')?.fact).toBe('The LMS answered 401: no token for our OAuth application: error: invalid_client.');
    expect(found.out + found.err).not.toContain('a-secret-that-is-wrong');
  }, 30_000);

  it('sees that LMS_URL leads to something else', async () => {
    const found = await doctor(environment({ LMS_URL: shop.api.url }));
    expect([found.code, verdicts(found, 'ok')]).toEqual([1, { credentials: 'fail', 'oauth credentials': 'fail' }]);
  }, 30_000);

  it('sees that Redis is away, and prints no password', async () => {
    const found = await doctor(environment({ REDIS_URL: 'redis://:hidden-password@127.0.0.1:1' }));
    expect([found.code, verdicts(found, 'ok')]).toEqual([1, { redis: 'fail' }]);
    expect(found.out + found.err).not.toContain('hidden-password');
  }, 30_000);

  it('sees that the database is away', async () => {
    const found = await doctor(environment({ DATABASE_URL: 'postgres://of:hidden-password@127.0.0.1:1/of' }));
    expect(found.code).toBe(1);
    expect(verdicts(found, 'ok')).toEqual({ database: 'fail', migrations: 'skipped', 'database clock': 'skipped', dependencies: 'skipped', backlog: 'skipped', 'product types': 'skipped', worker: 'skipped', publications: 'skipped', payments: 'skipped', 'payment events': 'skipped', reconciliation: 'skipped', refunds: 'skipped' });
    expect(found.out + found.err).not.toContain('hidden-password');
  }, 30_000);

  it('sees what a database lacks, and leaves it as it is', async () => {
    const name = `test_${randomBytes(6).toString('hex')}`;
    const url = Object.assign(new URL(shop.databaseUrl), { pathname: name }).href;
    await shop.sql(`create database ${name} template template0`);
    try {
      const found = await doctor(environment({ DATABASE_URL: url }));
      expect(found.code).toBe(1);
      expect(verdicts(found, 'ok')).toEqual({ migrations: 'fail', dependencies: 'skipped', backlog: 'skipped', 'product types': 'skipped', worker: 'skipped', publications: 'skipped', payments: 'skipped', 'payment events': 'skipped', reconciliation: 'skipped', refunds: 'skipped' });
      expect(check(found, 'migrations')).toMatchObject({ fact: expect.stringMatching(/^The database lacks \d+ migrations: Migration\d+_orders, /), advice: 'Run: npm run migrate' });
      expect(await tablesOf(url)).toBe(0);
    } finally {
      await shop.sql(`drop database ${name} with (force)`);
    }
  }, 30_000);

  it('works with nothing set, and says what is missing', async () => {
    const found = await doctor({});
    expect(found.code).toBe(1);
    expect(check(found, 'environment')?.fact).toBe('DATABASE_URL is missing; LMS_URL is missing; LMS_API_KEY is missing; JWT_SECRET is missing.');
    expect(found.checks.filter(({ verdict }) => verdict === 'fail').map(({ name }) => name)).toEqual(['environment']);
  }, 30_000);

  it('ends although the database never answers', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const found = await doctor(environment({ DATABASE_URL: `postgres://of@127.0.0.1:${port}/of` }), '5');
    silent.close();
    expect(found.code).toBe(1);
    expect(check(found, 'database')).toMatchObject({ verdict: 'fail', fact: 'timeout expired.', advice: expect.stringMatching(/^Start PostgreSQL/) });
  }, 30_000);

  it('hints at a worker that does not run', async () => {
    await soldInVain(503);
    const isLate = async () => (await shop.sql(`select 1 from order_line where status = 'open' and next_attempt_at < now() - interval '100 ms'`)).length > 0;
    expect(await becomesTrue(isLate, { limitMs: 10_000 })).toBe(true);
    const found = await doctor(environment({ SWEEP_INTERVAL_MS: '10' }));
    expect([found.code, check(found, 'worker')?.verdict, check(found, 'worker')?.advice]).toEqual([0, 'warn', expect.stringContaining('npm run start:worker')]);
    await shop.sql(`update order_line set next_attempt_at = now() + interval '1 hour' where status = 'open'`);
  }, 30_000);

  it('says who paused a provider, and why', async () => {
    await shop.sql(`insert into dependency_setting (name, paused_at, reason, actor, updated_at) values ('lms', now(), 'upgrade tonight', 'olga', now())`);
    const found = await doctor(environment());
    await shop.sql('delete from dependency_setting');
    expect([found.code, verdicts(found, 'ok')]).toEqual([0, { dependencies: 'warn' }]);
    expect(check(found, 'dependencies')?.fact).toMatch(/^lms is paused by olga since .*Z: upgrade tonight\.$/);
  }, 30_000);
});

describe('an order', () => {
  it('is told to people: how it stands, what failed in plain words, what happens next, and what happened', async () => {
    const { number, username } = await soldInVain();
    const { code, out, err } = await run('order', number);
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain(`Order ${number}: fulfillment_error\n  learner  ${username} <${username}@example.com>\n`);
    expect(out).toMatch(/Line 1: BIO_VERIFIED, The product of BIO_VERIFIED: failed\n/);
    expect(out).toMatch(/ {2}failure {2}the provider refused \(rejected\): /);
    expect(out).toContain(`  next     Waits for an operator, and is not tried again by itself: settle with the provider why it refuses, then: npm run ops -- resubmit --order ${number} --reason "..."\n`);
    expect(out).toMatch(/deliver, failed, HTTP 403, \d+ ms, asked by checkout:staff/);
    expect(out).toMatch(/History\n.*order, place, nothing -> open, by staff\n/);
  }, 30_000);

  it('is told whole in JSON', async () => {
    const { number } = await soldInVain(503);
    const { code, out } = await run('order', number, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      number,
      status: 'fulfillment_error',
      lines: [{ sku: 'BIO_VERIFIED', status: 'open', failure: { kind: 'server', passing: true }, outlook: expect.stringMatching(/^(Tried again by itself|Due since) /), tries: 1, attemptLog: [{ outcome: 'failed', httpStatus: 503 }] }],
      history: expect.arrayContaining([expect.objectContaining({ event: 'place' })]),
    });
  }, 30_000);

  it('that does not exist is said to be none', async () => {
    expect(await run('order', 'OF-NONE')).toEqual({ code: 1, out: '', err: 'There is no order OF-NONE.\n' });
  }, 30_000);

  it('cannot be shown without a database', async () => {
    expect(await ops(environment({ DATABASE_URL: 'postgres://of@127.0.0.1:1/of' }), ['order', 'OF-1'])).toMatchObject({ code: 1, err: expect.stringMatching(/^The database cannot be reached: .*Start it, or set DATABASE_URL/) });
  }, 30_000);
});

describe('failures and resubmissions', () => {
  it('show what failed, rehearse, and send it again while workers do the work', async () => {
    const { number, username } = await soldInVain();
    const filter = ['--filter', `learner=${username}`, '--filter', 'failureKind=rejected'];
    const board = await run('failures', '--kind', 'rejected');
    expect([board.code, board.out]).toEqual([0, expect.stringMatching(/^kind +type +course .*\nrejected +seat +course-v1:AcmeX\+BIO1\+2026 +under 1 h +\d+ /)]);
    expect(JSON.parse((await run('failures', '--json')).out)).toMatchObject({ groups: expect.arrayContaining([expect.objectContaining({ failureKind: 'rejected', productType: 'seat' })]) });

    const rehearsal = await run('resubmit', ...filter, '--dry-run');
    expect([rehearsal.code, rehearsal.out]).toEqual([0, expect.stringContaining(`Would send 1 line again. Nothing was written.\n\norder`)]);
    expect(rehearsal.out).toContain(number);
    expect(await shop.sql('select 1 from resubmission')).toEqual([]);

    const worker = await shop.startWorker();
    const sent = await run('resubmit', ...filter, '--reason', 'the school opened it', '--actor', 'olga');
    await worker.stop();
    expect([sent.code, sent.out]).toEqual([0, '  1 delivered\n']);
    expect(sent.err).toMatch(/^Resubmission [0-9a-f-]{36}: 1 line, by olga: the school opened it\n/);
    expect((await shop.order(number)).status).toBe('complete');
    const [id = ''] = /[0-9a-f-]{36}/.exec(sent.err) ?? [];
    expect((await run('resubmissions', id)).out).toBe(`Resubmission ${id}: 1 line, by olga: the school opened it\n  1 delivered\n`);
    expect(JSON.parse((await run('resubmissions', id, '--json')).out)).toMatchObject({ id, done: true, progress: { fulfilled: 1 } });
    expect((await run('resubmissions')).out).toContain(id);

    const again = await run('resubmit', ...filter, '--reason', 'x');
    expect([again.code, again.err]).toEqual([1, expect.stringMatching(/^No unfinished line matches the filter/)]);
  }, 90_000);

  it('go on when nobody watches any more', async () => {
    const { username } = await soldInVain();
    let interrupted = false;
    const sent = await ops(environment(), ['resubmit', '--learner', username, '--reason', 'x'], (_, kill) => {
      // The first thing it writes is the operation's id; a second Ctrl-C would end the program as it always does.
      if (!interrupted) kill('SIGINT');
      interrupted = true;
    });
    const [id = ''] = /[0-9a-f-]{36}/.exec(sent.err) ?? [];
    expect([sent.code, sent.out]).toEqual([130, '  1 wait for their turn\n']);
    expect(sent.err).toContain(`It goes on without you. Workers send them. See it again: npm run ops -- resubmissions ${id}\n`);
    const unwatched = await run('resubmissions', id, '--json');
    expect(JSON.parse(unwatched.out)).toMatchObject({ id, done: false, actor: expect.stringMatching(/^cli:/) });
    const worker = await shop.startWorker();
    expect(await run('resubmissions', id, '--wait')).toMatchObject({ code: 0, out: expect.stringContaining('  1 delivered\n') });
    await worker.stop();
  }, 90_000);

  it('are only written down with --no-wait', async () => {
    const { username } = await soldInVain();
    const { code, out, err } = await run('resubmit', '--learner', username, '--reason', 'x', '--no-wait');
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^Resubmission .*\nWorkers send them\. See it again: npm run ops -- resubmissions [0-9a-f-]{36}\n$/);
  }, 30_000);

  it('know no resubmission that is not there', async () => {
    expect(await run('resubmissions', '01890000-0000-7000-8000-000000000000')).toEqual({ code: 1, out: '', err: 'There is no such resubmission.\n' });
  }, 30_000);
});

async function tablesOf(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ n: number }>(`select count(*)::int as n from pg_tables where schemaname = 'public'`);
    return rows[0]?.n ?? -1;
  } finally {
    await client.end();
  }
}
