import { TEXT, UsageError, list, number, parseOptions } from './command-line.js';

describe('the command line', () => {
  it('refuses what it does not know, with the reason', () => {
    expect(() => parseOptions(['--fast'], { rounds: TEXT })).toThrow(UsageError);
    expect(() => parseOptions(['now'], { rounds: TEXT })).toThrow(/now/);
  });

  it('says which numbers an option takes', () => {
    expect(() => number('--rounds', '0', { least: 1, most: 9 })).toThrow('--rounds takes whole numbers from 1 to 9, and not "0".');
    expect(() => number('--rounds', ' ', { least: 0, most: 9 })).toThrow(UsageError);
  });

  it('takes fractions only where they make sense', () => {
    expect(number('--hours', '0.5', { least: 0, most: 9, whole: false })).toBe(0.5);
    expect(() => number('--rounds', '0.5', { least: 0, most: 9 })).toThrow(UsageError);
  });

  it('reads lists item by item', () => {
    expect(list('--latency', '0,100', { least: 0, most: 100 })).toEqual([0, 100]);
    expect(() => list('--latency', '0,,100', { least: 0, most: 100 })).toThrow(UsageError);
  });
});
