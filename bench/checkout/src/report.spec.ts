import type { Figures, Point } from './measure.js';
import { table } from './report.js';

const FIGURES: Figures = { ordersPerSecond: 612.4, p50Ms: 50.04, p99Ms: 85.26, orders: 10_148, cpuMsPerOrder: { server: 1.191, postgres: 1.257, lms: 0.11, buyers: 0.14 } };
const POINT: Point = { lmsLatencyMs: 50, buyers: 32, figures: { product: FIGURES, baseline: { ...FIGURES, ordersPerSecond: 1_023, cpuMsPerOrder: null } }, ratios: [0.48, 0.6, 0.63], ratio: 0.6 };

describe('the table', () => {
  const [, product, baseline] = table([POINT]).split('\n').map((line) => line.trim().split(/ {2,}/));

  it("shows the product's figures with the ratio and its spread", () => {
    expect(product).toEqual(['50 ms', '32', 'product', '612', '50.0', '85.3', '10148', '0.60', '0.48-0.63', '1.19', '1.26', '0.11', '0.14']);
  });

  it("shows the baseline's below, and a question mark where nobody could look", () => {
    expect(baseline).toEqual(['baseline', '1023', '50.0', '85.3', '10148', '?', '?', '?', '?']);
  });
});
