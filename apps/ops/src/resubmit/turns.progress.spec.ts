import type { ResubmissionProgress } from '#orders';
import { TurnsProgress } from './turns.progress.js';

const NONE: ResubmissionProgress = { waiting: 0, running: 0, fulfilled: 0, waitingAgain: 0, failed: 0, skipped: 0 };

function shown(isTTY: boolean, lineCount: number, waiting: readonly number[]): string {
  let text = '';
  const progress = new TurnsProgress({ isTTY, write: (part) => (text += part) }, lineCount);
  for (const count of waiting) progress.update({ ...NONE, waiting: count });
  progress.note('A word.');
  progress.end();
  return text;
}

describe('the progress of an operation', () => {
  it('is a bar on a terminal, which makes room for a word and is gone in the end', () => {
    const frames = shown(true, 10, [10, 5, 0]).split('\r\u001b[K');
    expect(frames).toEqual(['', `[${'-'.repeat(30)}]   0 % 0 of 10 lines`, `[${'#'.repeat(15)}${'-'.repeat(15)}]  50 % 5 of 10 lines`, `[${'#'.repeat(30)}] 100 % 10 of 10 lines`, 'A word.\n', '']);
  });

  it('is a line every tenth where nobody watches', () => {
    expect(shown(false, 1_000, [1_000, 950, 899, 890, 500, 0])).toBe('101 of 1000 lines\n500 of 1000 lines\n1000 of 1000 lines\nA word.\n');
  });
});
