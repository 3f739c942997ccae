import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readRefundSettings } from '#config';
import { refundRulesCheck } from './refund-rules.check.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'refund-rules-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function found(text: string) {
  const file = join(folder, 'refunds.yaml');
  await writeFile(file, text);
  return refundRulesCheck(() => readRefundSettings(file));
}

describe('the check of the rules of refunds', () => {
  it('says what they are', async () => {
    expect(await found('')).toEqual({ verdict: 'ok', fact: 'Learners may ask for 14 days; staff approve each.', advice: null });
    expect((await found('requestWindowDays: 1\nautoApprove: [{ name: small, requestedBy: any }]')).fact).toBe('Learners may ask for 1 day; approved by themselves: small.');
  });

  it('fails with the sentence that a boot stops with', async () => {
    expect(await found('requestWindowDays: soon')).toEqual({ verdict: 'fail', fact: expect.stringContaining('refunds.yaml: requestWindowDays: ') as string, advice: expect.stringContaining('do not start') as string });
  });

  it('does not call a bug a wrong file', async () => {
    await expect(refundRulesCheck(() => Promise.reject(new TypeError('a bug')))).rejects.toThrow('a bug');
  });
});
