import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { asUser, BIOLOGY, TestSandbox, withKey } from '../testing/sandbox.fixture.js';
import { StateFileError } from './state-file.js';

let folder: string;
let path: string;
let running: TestSandbox[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lms-sandbox-'));
  path = join(folder, 'state.json');
  running = [];
});
afterEach(async () => {
  for (const lms of running) await lms.stop();
  await rm(folder, { recursive: true });
});

async function start(): Promise<TestSandbox> {
  const lms = await TestSandbox.start(path);
  running.push(lms);
  return lms;
}

it('carries people, courses, enrollments and entitlements over a restart, and a full course stays full', async () => {
  const first = await start();
  await first.seed({
    users: [{ username: 'ada', email: 'ada@example.com', isStaff: true }],
    courses: [{ id: BIOLOGY, maxEnrollments: 1 }],
    enrollmentAllowed: [{ email: 'learner3@example.com', courseId: BIOLOGY }],
  });
  await first.enroll({ mode: 'verified', enrollment_attributes: [{ namespace: 'order', name: 'order_number', value: 'OF-1' }] });
  const entitlement = { user: 'learner1', course_uuid: 'c0ffee00-0000-4000-8000-000000000001', mode: 'verified', order_number: 'OF-2' };
  await first.lms('/api/entitlements/v1/entitlements/', { method: 'POST', headers: await asUser('staff'), body: entitlement });
  const account = await first.lms('/api/user/v1/accounts/ada', { headers: await asUser('ada') });
  const before = await first.control('GET', '/enrollments');
  await first.stop();

  const second = await start();
  expect((await second.control('GET', '/enrollments')).json).toEqual(before.json);
  expect((await second.lms('/api/user/v1/accounts/ada', { headers: await asUser('ada') })).json).toEqual(account.json);
  expect((await second.lms('/api/entitlements/v1/entitlements/?user=learner1', { headers: await asUser('staff') })).json['count']).toBe(1);
  expect((await second.lms('/api/enrollment/v1/enrollment_allowed/?email=learner3@example.com', { headers: await asUser('ada') })).json).toHaveLength(1);
  expect((await second.enroll({ user: 'learner2' })).status).toBe(400);
});

it('is written while the sandbox runs, so that little is lost when the process is killed', async () => {
  const lms = await start();
  await lms.enroll({ mode: 'verified' });
  const isWritten = async () => (await readFile(path, 'utf8').catch(() => '')).includes('"mode":"verified"');
  while (!(await isWritten())) await new Promise((resolve) => setTimeout(resolve, 20));
  expect((await stat(path)).mode & 0o077).toBe(0);
});

it('holds no faults, and leaves no file beside it', async () => {
  const first = await start();
  await first.break({ kind: 'garbage' });
  await first.enroll();
  await first.stop();
  expect(await readdir(folder)).toEqual(['state.json']);
  const second = await start();
  expect((await second.control('GET', '/faults')).json).toEqual([]);
  expect((await second.lms(`/api/enrollment/v1/enrollment/learner1,${BIOLOGY}`, { headers: withKey })).json['mode']).toBe('audit');
});

it.each([['no JSON', '{'], ['of another form', '{"version":2}']])('stops the start when it is %s, and is not overwritten', async (_fault, text) => {
  await writeFile(path, text);
  await expect(start()).rejects.toThrow(StateFileError);
  await expect(start()).rejects.toThrow('move it away to start afresh');
  expect(await readFile(path, 'utf8')).toBe(text);
});
