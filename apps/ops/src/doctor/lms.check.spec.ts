import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LmsRefusedError, LmsUnansweredError } from '#lms';
import { credentialsCheck } from './credentials.check.js';
import { LmsAwayError, askLms, lmsCheck, lmsClockCheck, type LmsFacts } from './lms.check.js';

const facts = (change: Partial<LmsFacts> = {}) => () => Promise.resolve({ httpStatus: 200, redirectsTo: null, aheadMs: 0, ...change });
const away = () => Promise.reject(new LmsAwayError(new Error('connect ECONNREFUSED 127.0.0.1:8000')));

describe('the check of the LMS', () => {
  it.each<[Partial<LmsFacts>, string]>([
    [{}, 'ok'],
    [{ httpStatus: 404 }, 'ok'],
    [{ httpStatus: 302 }, 'ok'],
    [{ httpStatus: 301, redirectsTo: 'https://lms.example.com' }, 'warn'],
    [{ httpStatus: 503 }, 'fail'],
  ])('judges %j: %s', async (change, verdict) => {
    expect(await lmsCheck(facts(change))).toMatchObject({ verdict });
  });

  it('fails when it cannot be reached', async () => {
    expect(await lmsCheck(away)).toMatchObject({ verdict: 'fail', fact: 'The LMS cannot be reached: connect ECONNREFUSED 127.0.0.1:8000.' });
  });
});

describe('the check of its clock', () => {
  it('goes by what it tells, where it tells anything', async () => {
    expect(await lmsClockCheck(facts({ aheadMs: 4_000 }))).toMatchObject({ verdict: 'ok' });
    expect(await lmsClockCheck(facts({ aheadMs: -60_000 }))).toMatchObject({ verdict: 'warn', fact: 'The LMS is 60 s behind this machine.' });
    expect(await lmsClockCheck(facts({ aheadMs: null }))).toMatchObject({ verdict: 'skipped' });
    expect(await lmsClockCheck(away)).toMatchObject({ verdict: 'skipped' });
  });
});

describe('the check of our key', () => {
  const refused = (status: number, words = '') => () => Promise.reject(new LmsRefusedError(status, words, null));
  const unanswered = (end: 'timeout' | 'network' | 'unreadable') => () => Promise.reject(new LmsUnansweredError({ end, mayHaveArrived: true, detail: 'x' }));

  it.each([
    ['no enrollment', () => Promise.resolve(), 'ok', 'The LMS takes our key.'],
    ['400', refused(400), 'ok', 'The LMS takes our key.'],
    ['401', refused(401, 'Authentication credentials were not provided.'), 'fail', 'The LMS does not take our key: The LMS answered 401: Authentication credentials were not provided.'],
    ['403', refused(403), 'fail', 'does not take our key'],
    ['404', refused(404), 'fail', 'no Enrollment API at LMS_URL, or does not let our key act'],
    ['301', refused(301), 'fail', 'The LMS answered 301'],
    ['429', refused(429), 'warn', 'too many calls'],
    ['503', refused(503), 'skipped', 'the LMS answers 503'],
    ['something else than an enrollment', unanswered('unreadable'), 'fail', 'no Enrollment API'],
    ['nothing in time', unanswered('timeout'), 'skipped', 'gives no answer'],
    ['nothing at all', unanswered('network'), 'skipped', 'gives no answer'],
  ])('judges %s', async (_, read, verdict, fact) => {
    expect(await credentialsCheck(read)).toMatchObject({ verdict, fact: expect.stringContaining(fact) });
  });
});

describe('asking an LMS', () => {
  const servers: Server[] = [];
  afterEach(() => servers.splice(0).forEach((server) => server.close().closeAllConnections()));

  async function serve(listener: RequestListener): Promise<string> {
    const server = createServer(listener).listen(0, '127.0.0.1');
    servers.push(server);
    await new Promise((resolve) => server.once('listening', resolve));
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  it('reads its clock, sends it no credentials, and follows no redirect', async () => {
    const asked: (string | undefined)[] = [];
    const host = await serve((request, response) => {
      asked.push(request.method, request.headers.authorization, request.headers['x-edx-api-key'] as string | undefined);
      response.writeHead(302, { date: new Date(Date.now() + 3_600_000).toUTCString(), location: 'https://www.example.com/login?next=secret' }).end();
    });
    const { aheadMs, ...rest } = await askLms(`http://user:password@${host}/prefix`, 60_000);
    expect(rest).toEqual({ httpStatus: 302, redirectsTo: 'https://www.example.com' });
    expect(Math.abs((aheadMs ?? 0) - 3_600_000)).toBeLessThan(60_000);
    expect(asked).toEqual(['HEAD', undefined, undefined]);
  });

  it('takes a redirect to itself for none', async () => {
    const host = await serve((_, response) => response.writeHead(302, { location: '/login' }).end());
    expect(await askLms(`http://${host}`, 60_000)).toMatchObject({ redirectsTo: null });
  });

  it('says what the network said, and nothing of the address', async () => {
    const host = await serve((request) => request.socket.destroy());
    await expect(askLms(`http://user:password@${host}`, 60_000)).rejects.toThrow('The LMS cannot be reached: socket hang up.');
  });

  it('waits no longer than it is told', async () => {
    const host = await serve(() => undefined);
    await expect(askLms(`http://${host}`, 50)).rejects.toThrow('The LMS cannot be reached: no answer in time.');
  });
});
