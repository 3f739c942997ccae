import type { Publication, PublicationStatus, Publications } from '#catalog';
import { allFailed, listOldest } from './publications.list.js';

const FIGURES = { waiting: 0, failed: 0, confirmRequired: 0, oldestWaitingSeconds: 0 };
const publication = (status: PublicationStatus, second: number): Publication => ({
  courseId: `${status}-${second}`, status, wantedVersion: 1, publishedVersion: null, publishedAt: null, requestedAt: new Date(1_000 * second), requestedBy: 'ann', reason: null, waitingSince: null, nextAttemptAt: null, tries: 0,
  failure: null, extraModes: [], removableModes: [],
});

/** Pages through these, in their order. */
function stored(...all: readonly Publication[]): Pick<Publications, 'list' | 'figures'> {
  return {
    figures: () => Promise.resolve(FIGURES),
    list: ({ status }, limit, after) => {
      const fitting = all.filter((one) => one.status === status);
      const first = after === null ? 0 : fitting.findIndex(({ courseId }) => courseId === after.courseId) + 1;
      const publications = fitting.slice(first, first + limit);
      const last = publications.at(-1);
      return Promise.resolve({ publications, next: last && first + limit < fitting.length ? { requestedAt: last.requestedAt.toISOString(), courseId: last.courseId } : null });
    },
  };
}

const many = (status: PublicationStatus, count: number, from = 0) => Array.from({ length: count }, (_, index) => publication(status, from + index));
const ids = (items: readonly Publication[]) => items.map(({ courseId }) => courseId);

describe('the list of publications', () => {
  it('has all that are not published, the oldest requests first', async () => {
    const { items, more } = await listOldest(stored(publication('published', 0), publication('waiting', 3), publication('failed', 2), publication('confirm_required', 4), publication('publishing', 1)), null);
    expect([ids(items), more]).toEqual([['publishing-1', 'failed-2', 'waiting-3', 'confirm_required-4'], false]);
  });

  it('has those of one status', async () => {
    expect(ids((await listOldest(stored(publication('published', 0), publication('failed', 2)), 'published')).items)).toEqual(['published-0']);
  });

  it.each<[string, readonly Publication[], number, boolean]>([
    ['one status, and no more', many('failed', 100), 100, false],
    ['one status, and more', many('failed', 101), 100, true],
    ['two, and more together', [...many('failed', 60), ...many('waiting', 60)], 100, true],
  ])('ends at a hundred: %s', async (_, all, count, more) => {
    const found = await listOldest(stored(...all), null);
    expect([found.items.length, found.more]).toEqual([count, more]);
  });

  it('has a course once that was taken up meanwhile', async () => {
    const taken = { ...publication('publishing', 1), courseId: 'waiting-1' };
    expect((await listOldest(stored(publication('waiting', 1), taken), null)).items).toHaveLength(1);
  });
});

it('all that failed are all, however many pages they fill', async () => {
  expect(ids(await allFailed(stored(...many('failed', 2_001), publication('waiting', 1))))).toHaveLength(2_001);
  expect(await allFailed(stored())).toEqual([]);
});
