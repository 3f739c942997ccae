import { UsageError } from '../../kit/src/command-line.js';
import { readOptions } from './options.js';

describe('the command line', () => {
  it('compares what the issue asks for when nothing is said', () => {
    expect(readOptions([])).toEqual({ fewOrders: 10_000, manyOrders: 1_000_000, dueOrders: 1_000, rounds: 9 });
  });

  it('asks for help by giving no options', () => {
    expect(readOptions(['--help'])).toBeNull();
  });

  it.each([
    ['more due than there are', ['--few', '500']],
    ['fewer orders in the large database than in the small one', ['--many', '5000']],
    ['a word', ['now']],
  ])('refuses %s', (_, argv) => {
    expect(() => readOptions(argv)).toThrow(UsageError);
  });
});
