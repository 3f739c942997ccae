import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { asUser, BIOLOGY, TestSandbox, withKey } from '../testing/sandbox.fixture.js';
import { RateLimit } from './rate-limit.js';

const MINE = `/api/enrollment/v1/enrollment/${BIOLOGY}`;

let lms: TestSandbox;
beforeAll(async () => {
  lms = await TestSandbox.start();
});
afterAll(() => lms.stop());
afterEach(() => lms.reset());

/** How many of so many calls are let through. */
async function letThrough(calls: number, headers: Record<string, string>, path = MINE): Promise<number> {
  const statuses = await Promise.all(Array.from({ length: calls }, async () => (await lms.lms(path, { headers })).status));
  return statuses.filter((status) => status !== 429).length;
}

describe('within a minute the enrollment API lets through', () => {
  it('40 calls of a user, each with his own count', async () => {
    expect(await letThrough(45, await asUser('learner1'))).toBe(40);
    expect(await letThrough(1, await asUser('learner2'))).toBe(1);
  });

  it('120 calls of staff', async () => {
    expect(await letThrough(125, await asUser('staff'))).toBe(120);
  });

  it('every call with the API key, also beside a JWT', async () => {
    expect(await letThrough(130, { ...withKey, ...(await asUser('learner1')) })).toBe(130);
    expect(await letThrough(45, withKey, `/api/enrollment/v1/course/${BIOLOGY}`)).toBe(45);
  });

  it('40 calls of one address to what is public', async () => {
    const path = `/api/enrollment/v1/course/${BIOLOGY}`;
    expect(await letThrough(41, { 'X-Forwarded-For': '198.51.100.1' }, path)).toBe(40);
    expect(await letThrough(1, { 'X-Forwarded-For': '198.51.100.2' }, path)).toBe(1);
  });

  it('all calls when the site has switched its limits off', async () => {
    await lms.control('PUT', '/rate-limits', { enabled: false });
    expect(await letThrough(45, await asUser('learner1'))).toBe(45);
    await lms.control('PUT', '/rate-limits', { enabled: true });
  });
});

it('tells how long to wait, in a header and in the sentence', async () => {
  const headers = await asUser('learner1');
  await letThrough(40, headers);
  const { status, json, headers: answered } = await lms.lms(MINE, { headers });
  const seconds = answered.get('retry-after');
  expect([status, json]).toEqual([429, { detail: `Request was throttled. Expected available in ${seconds} seconds.` }]);
  expect(Number(seconds)).toBeGreaterThan(30);
});

it('counts refused calls not at all', () => {
  const limit = new RateLimit();
  expect([limit.admit('a', 2), limit.admit('a', 2)]).toEqual([0, 0]);
  expect(limit.admit('a', 2)).toBeGreaterThan(0);
  expect(limit.admit('a', 3)).toBe(0);
});
