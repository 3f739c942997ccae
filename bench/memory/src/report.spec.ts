import { figures } from './report.js';

const MIB = 2 ** 20;

describe('the figures', () => {
  const text = figures([
    { lines: 1, residentBytes: 90 * MIB, heapBytes: 40 * MIB },
    { lines: 100, residentBytes: 100 * MIB, heapBytes: 50 * MIB },
    { lines: 200, residentBytes: 103 * MIB, heapBytes: 49 * MIB },
  ], 100);

  it('show every reading in MiB', () => {
    expect(text.split('\n')[1]?.trim().split(/ {2,}/)).toEqual(['1', '90.0', '40.0']);
  });

  it('say how far each measure moved since the worker was warm', () => {
    expect(text).toContain('resident: +0.0 % to +3.0 %, +3.0 % at the end');
    expect(text).toContain('heap after a collection: -2.0 % to +0.0 %, -2.0 % at the end');
  });
});
