import { setTimeout as sleep } from 'node:timers/promises';
import { startSandbox, stopStartedPrograms, TEST_LMS_API_KEY } from './processes.js';

describe('a started sandbox', () => {
  it('answers, is broken and mended through its control, and tells what it was asked', async () => {
    const sandbox = await startSandbox();
    const ask = (): Promise<Response> => fetch(`${sandbox.url}/api/enrollment/v1/enrollment/learner1,course-v1:AcmeX+BIO1+2026`, { headers: { 'x-edx-api-key': TEST_LMS_API_KEY } });
    expect((await ask()).status).toBe(200);
    await sandbox.control.faults({ kind: 'status', status: 503 });
    expect((await ask()).status).toBe(503);
    await sandbox.control.mend();
    await sandbox.control.outage();
    await expect(ask()).rejects.toThrow();
    await sandbox.control.mend();
    expect((await ask()).status).toBe(200);
    expect((await sandbox.control.ledger({ method: 'GET' })).map(({ status, fault }) => [status, fault])).toEqual([
      [200, null],
      [503, 'status'],
      [200, null],
    ]);
    await sandbox.control.reset();
    expect(await sandbox.control.ledger()).toEqual([]);
  });

  it('knows the enrollments it was seeded with', async () => {
    const sandbox = await startSandbox();
    await sandbox.control.seed({ enrollments: [{ username: 'learner2', courseId: 'course-v1:AcmeX+BIO1+2026', mode: 'audit' }] });
    expect(await sandbox.control.enrollments({ user: 'learner2' })).toMatchObject([{ user: 'learner2', mode: 'audit', isActive: true }]);
    expect(await sandbox.control.enrollments({ user: 'learner1' })).toEqual([]);
  });

  it('is gone when it was killed, or when everything is stopped', async () => {
    const [killed, stopped] = await Promise.all([startSandbox(), startSandbox()]);
    await killed.kill();
    await stopStartedPrograms();
    await sleep(0);
    for (const { pid } of [killed, stopped]) expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
  });
});
