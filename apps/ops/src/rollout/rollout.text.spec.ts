import type { RolloutVersion } from '#catalog';
import { rolloutJson, rolloutText } from './rollout.text.js';

const NOW = new Date('2026-11-22T12:00:00Z');
const RULE = { partner: null, coursePattern: '*', percentage: 5, startsAt: null, endsAt: null };
const ROLLOUT: RolloutVersion = {
  version: 7,
  document: {
    enabled: true,
    rules: [
      { ...RULE, partner: 'acme', coursePattern: 'course-v1:AcmeX+*', percentage: 33.33, startsAt: NOW },
      { ...RULE, startsAt: new Date('2026-12-01T00:00:00Z'), endsAt: new Date('2027-01-01T00:00:00Z') },
      { ...RULE, endsAt: NOW },
    ],
  },
  actor: 'ann',
  reason: 'a third of AcmeX',
  createdAt: new Date('2026-11-20T08:00:00Z'),
};

describe('the rollout on a terminal', () => {
  it('is the switch, who set it and why, and the rules in their order', () => {
    expect(rolloutText(ROLLOUT, NOW).split('\n').slice(0, 8)).toEqual([
      'The rollout is on: the rules decide.',
      'Version 7, 2026-11-20 08:00:00Z, by ann: a third of AcmeX',
      '',
      'rule  partner  courses            percent  from                  until                 time',
      '   1  acme     course-v1:AcmeX+*    33.33  2026-11-22 12:00:00Z  -                     now',
      '   2  all      *                        5  2026-12-01 00:00:00Z  2027-01-01 00:00:00Z  not yet',
      '   3  all      *                        5  -                     2026-11-22 12:00:00Z  over',
      '',
    ]);
  });

  it('says where everything goes when the switch is off, when there is no rule, and when there is no rollout', () => {
    expect(rolloutText({ ...ROLLOUT, document: { ...ROLLOUT.document, enabled: false } }, NOW)).toMatch(/^The rollout is off: every course uses the old workflow, whatever the rules say\.\n/);
    expect(rolloutText({ ...ROLLOUT, document: { enabled: true, rules: [] } }, NOW)).toContain('There are no rules: every course uses the old workflow.');
    expect(rolloutText(null, NOW)).toMatch(/^No rollout was ever written: every course uses the old workflow\.\n/);
  });

  it('shows what a terminal would obey as a dot', () => {
    expect(rolloutText({ ...ROLLOUT, reason: '\u001b[2J' }, NOW)).toContain('by ann: \u00b7[2J');
  });

  it('is the answer of the HTTP API in JSON', () => {
    expect(JSON.parse(rolloutJson(ROLLOUT))).toMatchObject({ version: 7, enabled: true, rules: [{ partner: 'acme', startsAt: '2026-11-22T12:00:00.000Z' }, {}, {}], changedBy: 'ann', reason: 'a third of AcmeX', changedAt: '2026-11-20T08:00:00.000Z' });
    expect(JSON.parse(rolloutJson(null))).toEqual({ version: 0, enabled: false, rules: [], reason: null, changedBy: null, changedAt: null });
  });
});
