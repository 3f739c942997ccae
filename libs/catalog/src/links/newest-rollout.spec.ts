import { NewestRollout, type RolloutRow } from './newest-rollout.js';

const stored = (enabled: boolean) => ({ enabled, rules: [] });

/** Rows as the statements give them: the document once, and only where the version is not the known one. */
function rowsAt(version: string | null, enabled: boolean) {
  return (known: string | null): Promise<RolloutRow[]> => {
    const row = { rollout_version: version, rollout_document: null };
    return Promise.resolve(version === known ? [row, row] : [row, { ...row, rollout_document: version === null ? null : stored(enabled) }]);
  };
}

describe('the newest rollout', () => {
  it('is none where none was written', async () => {
    expect((await new NewestRollout().readWith(rowsAt(null, true))).rollout).toBeNull();
  });

  it('is read once for each version, and is the one of the same snapshot', async () => {
    const newest = new NewestRollout();
    const first = await newest.readWith(rowsAt('1', true));
    expect(first.rollout).toEqual({ enabled: true, rules: [] });
    expect((await newest.readWith(rowsAt('1', true))).rollout).toBe(first.rollout);
    expect((await newest.readWith(rowsAt('2', false))).rollout).toEqual({ enabled: false, rules: [] });
  });

  it('is that of each statement, also when an older one ends later', async () => {
    const newest = new NewestRollout();
    await newest.readWith(rowsAt('1', true));
    const slow = Promise.withResolvers<void>();
    const older = newest.readWith(async (known) => {
      await slow.promise;
      return rowsAt('1', true)(known);
    });
    await newest.readWith(rowsAt('2', false));
    slow.resolve();
    expect((await older).rollout).toMatchObject({ enabled: true });
    expect((await newest.readWith(rowsAt('2', false))).rollout).toMatchObject({ enabled: false });
  });

  it('is kept when there is no row to read it from', async () => {
    const newest = new NewestRollout();
    await newest.readWith(rowsAt('1', true));
    await newest.readWith(() => Promise.resolve([]));
    expect((await newest.readWith((known) => rowsAt('1', true)(known))).rollout).toMatchObject({ enabled: true });
  });
});
