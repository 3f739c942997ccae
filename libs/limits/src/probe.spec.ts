import fc from 'fast-check';
import { decideAsk, decideReport } from './dependency-state.js';
import type { Report, Traffic } from './leave.js';
import type { Context } from './rules.js';
import { UNKNOWN_STATE } from './shared-state.js';

const OPEN_MS = 1_000;
const OUTCOMES: readonly Report[] = [
  { outcome: 'answered' },
  { outcome: 'failed', kind: 'server', everywhere: false },
  { outcome: 'failed', kind: 'configuration', everywhere: true },
  { outcome: 'throttled', retryAfterMs: 1_500 },
  { outcome: 'not_called' },
];

interface Granted {
  readonly atMs: number;
  readonly traffic: Traffic;
  readonly probeId: string | null;
}

const step = fc.record({
  waitMs: fc.integer({ min: 0, max: 600 }),
  does: fc.oneof({ weight: 3, arbitrary: fc.constantFrom<Traffic>('buyer', 'backlog', 'operator') }, { weight: 2, arbitrary: fc.record({ which: fc.nat(), report: fc.constantFrom(...OUTCOMES) }) }),
});

describe('over any row of asks and reports', () => {
  it('only one delivery probes at a time, until it is reported or given up', () => {
    let probesSeen = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 10, maxLength: 100, size: 'max' }), (steps) => {
        let state = UNKNOWN_STATE;
        let nowMs = 1_700_000_000_000;
        const out: Granted[] = [];
        for (const [index, { waitMs, does }] of steps.entries()) {
          nowMs += waitMs;
          const context: Context = { rules: { dependency: 'lms', breaker: { failures: 2, openMs: OPEN_MS }, ratePerMinute: 0, pause: null }, nowMs };
          if (typeof does === 'string') {
            const decision = decideAsk(state, { traffic: does, wanted: 1, probeId: `p${index}` }, context);
            state = decision.state;
            if (decision.leave.granted === 0) continue;
            if (decision.isProbe && does !== 'operator') {
              expect(out.filter(({ traffic, probeId, atMs }) => traffic !== 'operator' && probeId !== null && atMs > nowMs - OPEN_MS)).toEqual([]);
              probesSeen += 1;
            }
            out.push({ atMs: nowMs, traffic: does, probeId: decision.isProbe ? `p${index}` : null });
          } else {
            const [granted] = out.splice(does.which % Math.max(1, out.length), 1);
            if (granted) state = decideReport(state, { ...granted, calls: 1, report: does.report, generation: null }, context);
          }
        }
      }),
      { numRuns: 300 },
    );
    expect(probesSeen).toBeGreaterThan(100);
  });
});
