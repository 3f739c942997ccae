import { Progress } from './progress.js';

function shown(isTTY: boolean, steps: readonly (readonly [rows: number, fraction: number])[]): string {
  let text = '';
  const progress = new Progress({ isTTY, write: (part) => (text += part) });
  for (const [rows, fraction] of steps) progress.update(rows, fraction);
  progress.end();
  return text;
}

describe('progress', () => {
  it('is a bar on a terminal, which is gone in the end', () => {
    const frames = shown(true, [[1_000, 0.5], [2_000, 1]]).split('\r\u001b[K');
    expect(frames).toEqual(['', '[###############---------------]  50 % 1000 rows', `[${'#'.repeat(30)}] 100 % 2000 rows`, '']);
  });

  it('is a line every ten thousand rows where nobody watches', () => {
    expect(shown(false, [[9_000, 0.4], [10_000, 0.5], [11_000, 0.6], [20_000, 1]])).toBe('10000 rows read\n20000 rows read\n');
  });

  it('never overflows, however the file grew meanwhile', () => {
    expect(shown(true, [[1, 1.7]])).toContain(`[${'#'.repeat(30)}] 100 %`);
  });
});
