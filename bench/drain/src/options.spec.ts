import { UsageError } from '../../kit/src/command-line.js';
import { readOptions } from './options.js';

describe('the command line', () => {
  it('drains what the issue asks for when nothing is said', () => {
    expect(readOptions([])).toEqual({ lines: 10_000, lmsLatenciesMs: [0, 100], concurrency: 10, rounds: 5, profileFolder: null });
  });

  it('shortens a quick run and lets single options win over it', () => {
    expect(readOptions(['--quick', '--latency', '0,20', '--rounds', '2'])).toMatchObject({ lines: 1_000, lmsLatenciesMs: [0, 20], rounds: 2 });
  });

  it('asks for help by giving no options', () => {
    expect(readOptions(['--help'])).toBeNull();
  });

  it.each([
    ['nothing to drain', ['--lines', '0']],
    ['no slot', ['--concurrency', '0']],
    ['half a round', ['--rounds', '0.5']],
    ['a word', ['now']],
  ])('refuses %s', (_, argv) => {
    expect(() => readOptions(argv)).toThrow(UsageError);
  });
});
