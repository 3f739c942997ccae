import type { Round } from './measure.js';
import { table } from './report.js';

const round = (linesPerSecond: number): Round => ({ lines: 1_000, linesPerSecond, callsPerLine: 2, cpuMsPerLine: { process: 1.234, postgres: 1, redis: NaN, lms: 0.2 } });
const worker = { name: 'worker', rounds: [round(40), round(49), round(48)], ratios: [0.8, 0.98, 0.96] } as const;
const bareCode = { name: 'bare code', rounds: [round(50)], ratios: [1] } as const;

describe('the table', () => {
  const [, product, baseline] = table([{ lmsLatencyMs: 100, figures: [worker, bareCode] }], 10).split('\n').map((line) => line.trim().split(/ {2,}/));

  it('shows medians of the rounds, against what the LMS allows and against the bare code', () => {
    expect(product).toEqual(['100 ms', 'worker', '1000', '48', '2.00', '0.96', '0.96', '0.80-0.98', '1.23', '1.00', '?', '0.20']);
  });

  it('shows no ratio of the bare code to itself', () => {
    expect(baseline).toEqual(['bare code', '1000', '50', '2.00', '1.00', '1.23', '1.00', '?', '0.20']);
  });

  it('knows no ideal where the LMS takes no time', () => {
    expect(table([{ lmsLatencyMs: 0, figures: [bareCode] }], 10)).not.toContain('Infinity');
  });
});
