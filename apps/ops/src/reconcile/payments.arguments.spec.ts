import { readReconcile, windowOf } from './payments.arguments.js';

const NOW = new Date('2026-11-22T10:00:00.000Z');
const window = (...argv: string[]) => windowOf(readReconcile(argv), NOW);

describe('what is compared', () => {
  it('is every gateway, the last three days, and nothing is written', () => {
    expect(readReconcile([])).toMatchObject({ processor: null, repairedBy: null, json: false });
    expect(window()).toEqual({ since: new Date('2026-11-19T10:00:00.000Z'), until: NOW });
  });

  it.each([
    [['--since', '12h'], '2026-11-21T22:00:00.000Z', '2026-11-22T10:00:00.000Z'],
    [['--since', '30d', '--until', '2d'], '2026-10-23T10:00:00.000Z', '2026-11-20T10:00:00.000Z'],
    [['--since', '366d'], '2025-11-21T10:00:00.000Z', '2026-11-22T10:00:00.000Z'],
    [['--since', '2026-11-01T00:00:00Z', '--until', '2026-11-02T00:00:00+01:00'], '2026-11-01T00:00:00.000Z', '2026-11-01T23:00:00.000Z'],
  ])('by %j is the time from %s to %s', (argv, since, until) => {
    expect(window(...argv)).toEqual({ since: new Date(since), until: new Date(until) });
  });

  it.each([
    [['--since', 'yesterday'], '--since must be a span up to now such as 12h or 2d, or an RFC 3339 time'],
    [['--until', '2m'], '--until must be a span'],
    [['--since', '1d', '--until', '1d'], '--since must be before --until.'],
    [['--until', '2026-11-22T10:00:01Z'], '--until must not lie in the future.'],
    [['--since', '99999d'], 'From --since to --until there may be 366 days at most'],
    [['--since', '2025-11-21T09:59:59Z'], '366 days at most: compare a longer time in parts.'],
    [['--processor', 'Card!'], '--processor must be a name in the map'],
    [['--actor', 'ada'], 'say --repair as well'],
    [['now'], "Unexpected argument 'now'"],
  ])('cannot be told by %j', (argv, sentence) => {
    expect(() => window(...argv)).toThrow(sentence);
  });

  it('is repaired in somebody\'s name', () => {
    expect(readReconcile(['--repair', '--actor', 'ada', '--processor', 'card-eu', '--json'])).toMatchObject({ repairedBy: 'ada', processor: 'card-eu', json: true });
    expect(readReconcile(['--repair']).repairedBy).toMatch(/^cli:./);
  });
});
