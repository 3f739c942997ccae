import { WrongArgumentsError } from '../command/arguments.js';
import { readRollout } from './rollout.arguments.js';

describe('the arguments of rollout', () => {
  it('show without a word', () => {
    expect(readRollout([])).toEqual({ switchTo: null, json: false });
    expect(readRollout(['show', '--json'])).toEqual({ switchTo: null, json: true });
  });

  it('switch, in whose name and why', () => {
    expect(readRollout(['off', '--reason', ' checkout is down ', '--actor', 'ann'])).toEqual({ switchTo: { enabled: false, actor: 'ann', reason: 'checkout is down' }, json: false });
    expect(readRollout(['on', '--reason', 'mended'])).toMatchObject({ switchTo: { enabled: true, actor: expect.stringMatching(/^cli:\w/) } });
  });

  it.each([
    [['of', '--reason', 'x'], 'There is no "of": say show, off or on.'],
    [['off', 'on', '--reason', 'x'], 'One argument is too many: on.'],
    [['off'], 'Say why: --reason "...".'],
    [['on', '--reason', ' '], '--reason must not be empty.'],
    [['--reason', 'checkout is down'], 'A reason goes with a change: say off or on as well.'],
    [['show', '--all'], "Unknown option '--all'"],
  ])('%j are wrong: %s', (argv, sentence) => {
    expect(() => readRollout(argv)).toThrow(WrongArgumentsError);
    expect(() => readRollout(argv)).toThrow(sentence);
  });
});
