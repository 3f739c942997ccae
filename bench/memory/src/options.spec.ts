import { UsageError } from '../../kit/src/command-line.js';
import { readOptions } from './options.js';

describe('the command line', () => {
  it('watches what the issue asks for when nothing is said', () => {
    expect(readOptions([])).toEqual({ lines: 100_000, stepLines: 5_000, warmLines: 10_000, withRedis: true });
  });

  it('takes the worker without Redis', () => {
    expect(readOptions(['--quick', '--without-redis'])).toMatchObject({ lines: 5_000, withRedis: false });
  });

  it('asks for help by giving no options', () => {
    expect(readOptions(['--help'])).toBeNull();
  });

  it.each([
    ['a warm-up longer than the run', ['--lines', '2000', '--warm', '3000']],
    ['a step longer than the run', ['--lines', '2000', '--step', '3000']],
    ['a word', ['now']],
  ])('refuses %s', (_, argv) => {
    expect(() => readOptions(argv)).toThrow(UsageError);
  });
});
