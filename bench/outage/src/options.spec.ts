import { UsageError } from '../../kit/src/command-line.js';
import { readOptions } from './options.js';

describe('the command line', () => {
  it('simulates what the issue asks for when nothing is said', () => {
    expect(readOptions([])).toEqual({ orders: 20_000, outageMs: 4 * 3_600_000, sellingMs: 4 * 3_600_000, ratePerMinute: 600 });
  });

  it('asks for help by giving no options', () => {
    expect(readOptions(['--help'])).toBeNull();
  });

  it.each([
    ['an outage that outlasts the retries', ['--hours', '24']],
    ['selling beyond the outage', ['--selling', '5']],
    ['nothing bought', ['--orders', '0']],
    ['a word', ['now']],
  ])('refuses %s', (_, argv) => {
    expect(() => readOptions(argv)).toThrow(UsageError);
  });
});
