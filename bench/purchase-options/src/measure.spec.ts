import { figures, type Round } from './measure.js';

const round = (answersPerSecond: number, latenciesMs: number[], serverUs: number | null): Round => ({
  answersPerSecond,
  latenciesMs,
  answers: latenciesMs.length + 1,
  cpuUs: serverUs === null ? null : { server: serverUs, postgres: 2, readers: 3 },
});

describe('the figures of a server', () => {
  it('are the medians of its rounds, and percentiles over all answers', () => {
    expect(figures([round(100, [1, 2], 50), round(300, [3, 90], 70), round(200, [4, 5], null)])).toEqual({
      answersPerSecond: 200, p50Ms: 3, p99Ms: 90, answers: 9, cpuUs: { server: 60, postgres: 2, readers: 3 },
    });
  });

  it('say nothing of processor time that could not be read', () => {
    expect(figures([round(1, [1], null)]).cpuUs).toBeNull();
  });
});
