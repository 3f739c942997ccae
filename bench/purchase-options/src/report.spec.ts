import type { Figures } from './measure.js';
import { table } from './report.js';

const FIGURES: Figures = { answersPerSecond: 9_123.4, p50Ms: 3.04, p99Ms: 9.266, answers: 18_000, cpuUs: { server: 91.4, postgres: 12.6, readers: 40 } };

describe('the table', () => {
  const [, product, baseline] = table([{ readers: 32, figures: { product: FIGURES, baseline: { ...FIGURES, cpuUs: null } }, ratios: [0.48, 0.6, 0.63] }])
    .split('\n')
    .map((line) => line.trim().split(/ {2,}/));

  it("shows the product's figures with the ratio and its spread", () => {
    expect(product).toEqual(['32', 'product', '9123', '3.04', '9.27', '18000', '0.60', '0.48-0.63', '91', '13', '40']);
  });

  it("shows the baseline's below, and a question mark where nobody could look", () => {
    expect(baseline).toEqual(['baseline', '9123', '3.04', '9.27', '18000', '?', '?', '?']);
  });
});
