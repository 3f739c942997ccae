import { figures, type Round } from './measure.js';

function round(ordersPerSecond: number, latenciesMs: number[], serverMs: number | null = null): Round {
  return { ordersPerSecond, latenciesMs, orders: latenciesMs.length + 1, cpuMsPerOrder: serverMs === null ? null : { server: serverMs, postgres: 1, lms: 1, buyers: 1 } };
}

describe('the figures of one server', () => {
  it('are medians of the rounds, so that one bad round changes little', () => {
    expect(figures([round(100, [1]), round(5, [1]), round(110, [1])]).ordersPerSecond).toBe(100);
  });

  it('have percentiles over the orders of all rounds', () => {
    expect(figures([round(1, [1, 2]), round(1, [3, 40])])).toMatchObject({ p50Ms: 2, p99Ms: 40 });
  });

  it('count the orders that were answered, also those beside the counted time', () => {
    expect(figures([round(1, [1, 2]), round(1, [3])]).orders).toBe(5);
  });

  it('leave processor time out where it cannot be read', () => {
    expect(figures([round(1, [1])]).cpuMsPerOrder).toBeNull();
    expect(figures([round(1, [1], 3), round(1, [1], 5)]).cpuMsPerOrder).toMatchObject({ server: 4 });
  });
});
