import { readDrift } from './drift.arguments.js';

describe('the arguments of catalog drift', () => {
  it('compare everything and change nothing unless they say otherwise', () => {
    expect(readDrift([])).toEqual({ courseId: null, repair: null, json: false });
    expect(readDrift(['--course', 'course-v1:A+B+C', '--json'])).toEqual({ courseId: 'course-v1:A+B+C', repair: null, json: true });
  });

  it('repair in the name of whoever is logged in, for a reason that can be given', () => {
    expect(readDrift(['--repair']).repair).toEqual({ actor: expect.stringMatching(/^cli:./) as string, reason: 'the LMS had drifted from the catalog' });
    expect(readDrift(['--repair', '--actor', 'ann', '--reason', 'somebody edited the LMS']).repair).toEqual({ actor: 'ann', reason: 'somebody edited the LMS' });
  });

  it.each([
    [['--reason', 'x'], 'A reason goes with a change: say --repair as well.'],
    [['--actor', 'ann'], 'A reason goes with a change'],
    [['--repair', '--reason', ' '], '--reason must not be empty'],
    [['--course', ''], '--course must not be empty'],
    [['course-v1:A+B+C'], 'Unexpected argument'],
    [['--repiar'], "Unknown option '--repiar'"],
  ])('%j are wrong: %s', (argv, sentence) => {
    expect(() => readDrift(argv)).toThrow(sentence);
  });
});
