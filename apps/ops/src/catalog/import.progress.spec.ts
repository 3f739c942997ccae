import type { ImportProgress } from '#catalog';
import { ImportProgressBar } from './import.progress.js';

function shown(isTTY: boolean, steps: readonly ImportProgress[]): string {
  let text = '';
  const progress = new ImportProgressBar({ isTTY, write: (part) => (text += part) });
  for (const step of steps) progress.show(step);
  progress.end();
  return text;
}

describe('the progress of an import', () => {
  it('is a bar on a terminal, for what is read and for what is written', () => {
    const frames = shown(true, [{ phase: 'reading', rows: 1_000, fraction: 0.5 }, { phase: 'reading', rows: 2_000, fraction: null }, { phase: 'writing', courses: 500, fraction: 1 }]).split('\r\u001b[K');
    expect(frames).toEqual(['', '[###############---------------]  50 % 1000 rows read', '2000 rows read', `[${'#'.repeat(30)}] 100 % 500 courses written`, '']);
  });

  it('is a line every ten thousand where nobody watches', () => {
    const rows = [9_000, 10_000, 11_000, 20_100].map((count): ImportProgress => ({ phase: 'reading', rows: count, fraction: null }));
    expect(shown(false, [...rows, { phase: 'writing', courses: 500, fraction: 0 }, { phase: 'writing', courses: 10_000, fraction: 1 }])).toBe('10000 rows read\n20100 rows read\n10000 courses written\n');
  });

  it('never overflows, however a file grew meanwhile', () => {
    expect(shown(true, [{ phase: 'reading', rows: 1, fraction: 1.7 }])).toContain(`[${'#'.repeat(30)}] 100 %`);
  });

  it('tells what an operator may wonder at', () => {
    expect(shown(false, [{ phase: 'resumed', rows: 300, brokeOffAt: new Date('2026-11-22T12:00:00Z') }, { phase: 'waiting' }])).toBe(
      'Going on with the import that broke off at 2026-11-22 12:00:00Z: 300 rows are read already.\nAnother import is being written: waiting for it.\n',
    );
  });
});
