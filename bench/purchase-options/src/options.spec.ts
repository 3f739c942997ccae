import { UsageError } from '../../kit/src/command-line.js';
import { readOptions } from './options.js';

describe('the command line', () => {
  it('measures what the issue asks for when nothing is said', () => {
    expect(readOptions([])).toMatchObject({ courses: 10_000, readerCounts: [1, 8, 32], rounds: 9, roundMs: 2_000, profileFolder: null });
  });

  it('shortens a quick run and lets single options win over it', () => {
    expect(readOptions(['--quick'])).toMatchObject({ courses: 500, rounds: 1, roundMs: 500, warmUpMs: 500 });
    expect(readOptions(['--quick', '--rounds', '3', '--courses', '7', '--readers', '4', '--profile', '/profiles'])).toMatchObject({ courses: 7, readerCounts: [4], rounds: 3, profileFolder: '/profiles' });
  });

  it('asks for help by giving no options', () => {
    expect(readOptions(['--help'])).toBeNull();
  });

  it.each([[['--courses', '0']], [['--courses', '100001']], [['--readers', '1,,8']], [['--readers', '1000']], [['--rounds', '0.5']], [['--seconds', 'soon']], [['--fast']], [['now']]])('refuses %j', (argv) => {
    expect(() => readOptions(argv)).toThrow(UsageError);
  });
});
