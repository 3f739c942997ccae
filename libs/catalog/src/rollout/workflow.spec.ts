import fc from 'fast-check';
import { bucketOf } from './bucket.js';
import type { RolloutDocument, RolloutRule } from './rollout.document.js';
import { nextWorkflowChangeAt, workflowOf } from './workflow.js';

const NOW = new Date('2026-11-22T12:00:00Z');
const SECOND_MS = 1_000;
const later = (seconds: number) => new Date(NOW.getTime() + seconds * SECOND_MS);

const BIOLOGY = { id: 'course-v1:AcmeX+BIO1+2026', partner: 'acme' };

const rule = (change: Partial<RolloutRule> = {}): RolloutRule => ({ partner: null, coursePattern: '*', percentage: 100, startsAt: null, endsAt: null, ...change });
const rollout = (...rules: readonly RolloutRule[]): RolloutDocument => ({ enabled: true, rules });
const workflowNow = (document: RolloutDocument | null) => workflowOf(BIOLOGY, document, true, NOW);

describe('the workflow of a course', () => {
  it.each<[string, RolloutDocument | null, string]>([
    ['no rollout was ever written', null, 'legacy'],
    ['there is no rule', rollout(), 'legacy'],
    ['a rule takes everything', rollout(rule()), 'commerce'],
    ['the switch is off', { ...rollout(rule()), enabled: false }, 'legacy'],
    ['the rule is of its partner', rollout(rule({ partner: 'acme' })), 'commerce'],
    ['the rule is of another partner', rollout(rule({ partner: 'other' })), 'legacy'],
    ['the pattern fits', rollout(rule({ coursePattern: '*+BIO1+*' })), 'commerce'],
    ['the pattern does not fit', rollout(rule({ coursePattern: '*+CHEM1+*' })), 'legacy'],
    ['the first rule that fits says no, and the second yes', rollout(rule({ percentage: 0 }), rule()), 'legacy'],
    ['the first rule that fits says yes, and the second no', rollout(rule(), rule({ percentage: 0 })), 'commerce'],
    ['the first rule does not fit, and the second says yes', rollout(rule({ partner: 'other', percentage: 0 }), rule()), 'commerce'],
    ['the rule begins this very moment', rollout(rule({ startsAt: NOW })), 'commerce'],
    ['the rule begins a millisecond later', rollout(rule({ startsAt: later(0.001) })), 'legacy'],
    ['the rule ends this very moment', rollout(rule({ endsAt: NOW })), 'legacy'],
    ['the rule ends a millisecond later', rollout(rule({ endsAt: later(0.001) })), 'commerce'],
    ['a rule that is over stands before one that is not', rollout(rule({ percentage: 0, endsAt: NOW }), rule()), 'commerce'],
    ['its bucket, 997, is the first beyond the percentage', rollout(rule({ percentage: 9.97 })), 'legacy'],
    ['its bucket, 997, is the last of the percentage', rollout(rule({ percentage: 9.98 })), 'commerce'],
  ])('where %s', (_, document, workflow) => {
    expect(bucketOf(BIOLOGY.id)).toBe(997);
    expect(workflowNow(document)).toBe(workflow);
  });

  it('is commerce where there is nothing else, whatever the rollout says', () => {
    for (const document of [null, rollout(), { ...rollout(rule()), enabled: false }]) expect(workflowOf(BIOLOGY, document, false, NOW)).toBe('commerce');
  });
});

describe('the next change of workflows', () => {
  it.each<[string, RolloutDocument | null, Date | null]>([
    ['there is no rollout', null, null],
    ['no rule has a date', rollout(rule()), null],
    ['all dates are past', rollout(rule({ startsAt: later(-2), endsAt: later(-1) })), null],
    ['a date is now', rollout(rule({ startsAt: NOW })), null],
    ['the switch is off', { enabled: false, rules: [rule({ startsAt: later(5) })] }, null],
    ['several are ahead', rollout(rule({ startsAt: later(7), endsAt: later(9) }), rule({ startsAt: later(-1), endsAt: later(5) })), later(5)],
  ])('where %s', (_, document, at) => {
    expect(nextWorkflowChangeAt(document, NOW)).toEqual(at);
  });

  const edge = fc.option(fc.integer({ min: -5, max: 20 }).map(later), { nil: null });
  const rules = fc.array(fc.record({ startsAt: edge, endsAt: edge, percentage: fc.constantFrom(0, 5, 100) }).map(rule), { maxLength: 6 });

  it('is never later than a change: until then the answer stays', () => {
    fc.assert(
      fc.property(rules, fc.integer({ min: 0, max: 25 }), (some, seconds) => {
        const document = rollout(...some);
        const next = nextWorkflowChangeAt(document, NOW);
        if (next === null || later(seconds) < next) expect(workflowOf(BIOLOGY, document, true, later(seconds))).toBe(workflowNow(document));
      }),
    );
  });
});
