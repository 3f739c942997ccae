import fc from 'fast-check';
import type { RolloutDocument, RolloutRule } from './rollout.document.js';
import { PlanTally, type PlannedRollout } from './rollout-plan.js';
import { workflowOf, type RolledCourse } from './workflow.js';

const NOW = new Date('2026-11-22T12:00:00Z');
const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1_000);

const rule = (change: Partial<RolloutRule> = {}): RolloutRule => ({ partner: null, coursePattern: '*', percentage: 100, startsAt: null, endsAt: null, ...change });
const rollout = (...rules: readonly RolloutRule[]): RolloutDocument => ({ enabled: true, rules });

function planOf(courses: readonly RolledCourse[], change: Partial<PlannedRollout>) {
  const tally = new PlanTally({ current: null, planned: rollout(), hasLegacy: true, now: NOW, at: NOW, ...change });
  for (const course of courses) tally.add(course);
  return tally.counted();
}

const COURSES = [
  { id: 'A1', partner: 'acme' },
  { id: 'A2', partner: 'acme' },
  { id: 'B1', partner: 'beta' },
];

describe('a plan', () => {
  it('counts who goes where, by partner too, and names them', () => {
    const current = rollout(rule({ partner: 'beta' }), rule({ coursePattern: 'A2' }));
    expect(planOf(COURSES, { current, planned: rollout(rule({ partner: 'acme' })) })).toEqual({
      courses: 3,
      toCommerce: 1,
      toLegacy: 1,
      unchanged: 1,
      partners: [
        { partner: 'acme', courses: 2, toCommerce: 1, toLegacy: 0, unchanged: 1 },
        { partner: 'beta', courses: 1, toCommerce: 0, toLegacy: 1, unchanged: 0 },
      ],
      named: { toCommerce: ['A1'], toLegacy: ['B1'], moreThanShown: false },
      laterChanges: [],
    });
  });

  it('names a hundred of each direction, and says when there are more', () => {
    const many = Array.from({ length: 101 }, (_, n) => ({ id: `C${n}`, partner: 'acme' }));
    const { named, toCommerce } = planOf(many, { planned: rollout(rule()) });
    expect([toCommerce, named.toCommerce.length, named.moreThanShown]).toEqual([101, 100, true]);
    expect(planOf(many.slice(1), { planned: rollout(rule()) }).named.moreThanShown).toBe(false);
  });

  it('asks the planned rollout for its instant, and the current one for today', () => {
    const dated = rollout(rule({ startsAt: later(5) }));
    expect(planOf(COURSES, { current: dated, planned: dated, at: later(5) })).toMatchObject({ toCommerce: 3, unchanged: 0 });
  });

  it('tells what the rollout does by itself after that, and leaves out dates at which nothing changes', () => {
    const planned = rollout(rule({ partner: 'acme', startsAt: later(10), endsAt: later(30) }), rule({ coursePattern: '*1', startsAt: later(20) }), rule({ percentage: 0, startsAt: later(25) }));
    expect(planOf(COURSES, { planned }).laterChanges).toEqual([
      { at: later(10), toCommerce: 2, toLegacy: 0 },
      { at: later(20), toCommerce: 1, toLegacy: 0 },
      { at: later(30), toCommerce: 0, toLegacy: 1 },
    ]);
    expect(planOf(COURSES, { planned, at: later(20) }).laterChanges).toEqual([{ at: later(30), toCommerce: 0, toLegacy: 1 }]);
  });

  it('changes nothing, now or later, where there is no old workflow or the switch is off', () => {
    const planned = rollout(rule(), rule({ startsAt: later(5) }));
    expect(planOf(COURSES, { planned, hasLegacy: false })).toMatchObject({ unchanged: 3, laterChanges: [] });
    expect(planOf(COURSES, { planned: { ...planned, enabled: false } })).toMatchObject({ unchanged: 3, laterChanges: [] });
  });

  const edge = fc.option(fc.integer({ min: -5, max: 20 }).map(later), { nil: null });
  const rules = fc.array(fc.record({ startsAt: edge, endsAt: edge, percentage: fc.constantFrom(0, 30, 100), coursePattern: fc.constantFrom('*', 'A*', '*1') }).map(rule), { maxLength: 8 });

  it('finds every later change that asking second by second finds', () => {
    fc.assert(
      fc.property(rules, (some) => {
        const planned = rollout(...some);
        const found = new Map(planOf(COURSES, { planned }).laterChanges.map(({ at, toCommerce, toLegacy }) => [at.getTime(), { toCommerce, toLegacy }]));
        for (let second = 1; second <= 21; second += 1) {
          const moves = COURSES.map((course) => [workflowOf(course, planned, true, later(second - 1)), workflowOf(course, planned, true, later(second))]);
          const count = (to: string) => moves.filter(([before, after]) => before !== after && after === to).length;
          expect(found.get(later(second).getTime()) ?? { toCommerce: 0, toLegacy: 0 }).toEqual({ toCommerce: count('commerce'), toLegacy: count('legacy') });
        }
      }),
    );
  });
});
