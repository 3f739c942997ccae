import { UsageError } from '../../kit/src/command-line.js';
import { readOptions } from './options.js';

describe('the command line', () => {
  it('imports what the issue asks for when nothing is said', () => {
    expect(readOptions([])).toEqual({ courses: [10_000, 50_000], rounds: 3 });
  });

  it('asks for help by giving no options', () => {
    expect(readOptions(['--help'])).toBeNull();
  });

  it.each([
    ['no course at all', ['--courses', '0']],
    ['a word among the numbers', ['--courses', '10,many']],
    ['no round', ['--rounds', '0']],
  ])('refuses %s', (_, argv) => {
    expect(() => readOptions(argv)).toThrow(UsageError);
  });
});
