import type { FailureGroup } from '#orders';
import { soldTypesCheck } from './sold-types.check.js';

const group = (productType: string, count: number) => ({ productType, count }) as FailureGroup;
const wired = () => Promise.resolve(['seat']);

describe('the check of the types that were sold', () => {
  it('warns of lines that nobody delivers, by type', async () => {
    const found = await soldTypesCheck(wired, () => Promise.resolve([group('mentoring', 2), group('seat', 9), group('gift', 1), group('mentoring', 3)]));
    expect(found).toMatchObject({ verdict: 'warn', fact: 'Unfinished lines are of product types that the token map does not have: mentoring (5), gift (1).', advice: expect.stringContaining('Put the entry back') });
  });

  it.each([[[]], [[group('seat', 9)]]])('is well with %j', async (groups) => {
    expect(await soldTypesCheck(wired, () => Promise.resolve(groups))).toMatchObject({ verdict: 'ok' });
  });

  it('says nothing where another check says that the token map is wrong', async () => {
    expect(await soldTypesCheck(() => Promise.reject(new Error()), () => Promise.resolve([]))).toMatchObject({ verdict: 'skipped' });
  });
});
