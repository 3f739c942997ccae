import { RolloutBody, RolloutPlanBody } from './rollout.schema.js';

/** Where a body is wrong, as paths. */
function wrong(body: unknown): string[] {
  return (RolloutBody.safeParse(body).error?.issues ?? []).flatMap((issue) => ('keys' in issue ? issue.keys.map((key) => [...issue.path, key].join('.')) : [issue.path.join('.')]));
}

const rule = (change: object = {}) => ({ coursePattern: '*', percentage: 5, ...change });
const body = (change: object = {}) => ({ reason: 'first five percent', enabled: true, rules: [rule(change)] });

describe('the body of a rollout', () => {
  it('may leave out partner and dates of a rule', () => {
    expect(RolloutBody.parse(body())).toEqual({ reason: 'first five percent', enabled: true, rules: [{ partner: null, coursePattern: '*', percentage: 5, startsAt: null, endsAt: null }] });
  });

  it.each([0, 0.01, 0.29, 1.1, 8.2, 33.33, 99.99, 100])('may have a percentage of %d', (percentage) => {
    expect(wrong(body({ percentage }))).toEqual([]);
  });

  it('may have no rules, and 200 of them', () => {
    for (const rules of [[], Array.from({ length: 200 }, () => rule())]) expect(wrong({ ...body(), rules })).toEqual([]);
  });

  it.each<[string, object]>([
    ['rules.0.percentage', rule({ percentage: NaN })],
    ['rules.0.percentage', rule({ percentage: JSON.parse('1e999') as number })],
    ['rules.0.percentage', rule({ percentage: null })],
    ['rules.0.percentage', rule({ percentage: '5' })],
    ['rules.0.percentage', rule({ percentage: -0.01 })],
    ['rules.0.percentage', rule({ percentage: 101 })],
    ['rules.0.percentage', rule({ percentage: 100.01 })],
    ['rules.0.percentage', rule({ percentage: 33.333 })],
    ['rules.0.coursePattern', rule({ coursePattern: '' })],
    ['rules.0.coursePattern', rule({ coursePattern: 'a b' })],
    ['rules.0.coursePattern', rule({ coursePattern: 'a\u0000' })],
    ['rules.0.coursePattern', rule({ coursePattern: '*'.repeat(300) })],
    ['rules.0.partner', rule({ partner: '' })],
    ['rules.0.partner', rule({ partner: 'Acme' })],
    ['rules.0.startsAt', rule({ startsAt: '2026-11-22' })],
    ['rules.0.endsAt', rule({ endsAt: 'soon' })],
    ['rules.0.endsAt', rule({ startsAt: '2026-11-22T10:00:00Z', endsAt: '2026-11-22T10:00:00Z' })],
    ['rules.0.endsAt', rule({ startsAt: '2026-11-22T10:00:00Z', endsAt: '2026-11-22T11:00:00+02:00' })],
    ['rules.0.__proto__', JSON.parse('{ "coursePattern": "*", "percentage": 5, "__proto__": 1 }') as object],
    ['rules.0.percent', rule({ percent: 5 })],
  ])('names %s of the rule %j', (path, wrongRule) => {
    expect(wrong({ ...body(), rules: [wrongRule] })).toEqual([path]);
  });

  it.each<[string, string, object]>([
    ['rules', '201 of them', { rules: Array.from({ length: 201 }, () => rule()) }],
    ['rules', 'none at all', { rules: undefined }],
    ['rules.0', 'no object', { rules: ['*'] }],
    ['enabled', 'a text', { enabled: 'true' }],
    ['enabled', 'nothing', { enabled: undefined }],
    ['reason', 'blank', { reason: ' ' }],
    ['reason', 'too long', { reason: 'x'.repeat(501) }],
    ['version', 'unknown', { version: 7 }],
  ])('names %s when it is %s', (path, _, change) => {
    expect(wrong({ ...body(), ...change })).toEqual([path]);
  });

  it('needs no reason where it is only planned', () => {
    const { reason, ...planned } = body();
    expect(RolloutPlanBody.safeParse({ ...planned, at: '2026-11-22T10:00:00Z' }).success).toBe(true);
    expect(RolloutPlanBody.safeParse({ ...planned, reason }).success).toBe(false);
  });
});
