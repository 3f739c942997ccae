import { UsageError } from '../../kit/src/command-line.js';
import { readOptions } from './options.js';

describe('the command line', () => {
  it('measures what the issue asks for when nothing is said', () => {
    expect(readOptions([])).toMatchObject({ buyerCounts: [1, 8, 32], lmsLatenciesMs: [0, 50], rounds: 9, roundMs: 2_000, jsonFile: null, profileFolder: null });
  });

  it('shortens a quick run and lets single options win over it', () => {
    expect(readOptions(['--quick'])).toMatchObject({ rounds: 1, roundMs: 500, warmUpMs: 500 });
    expect(readOptions(['--quick', '--rounds', '3', '--seconds', '0.2'])).toMatchObject({ rounds: 3, roundMs: 200 });
  });

  it('takes lists and files', () => {
    expect(readOptions(['--buyers', '2,4', '--latency', '0', '--json', 'figures.json', '--profile', '/profiles'])).toMatchObject({
      buyerCounts: [2, 4],
      lmsLatenciesMs: [0],
      jsonFile: 'figures.json',
      profileFolder: '/profiles',
    });
  });

  it('asks for help by giving no options', () => {
    expect(readOptions(['--help'])).toBeNull();
  });

  it.each([
    ['an unknown option', ['--fast']],
    ['a word', ['now']],
    ['no buyers', ['--buyers', '0']],
    ['more buyers than one machine can play', ['--buyers', '1000']],
    ['an empty item', ['--buyers', '1,,8']],
    ['half a round', ['--rounds', '0.5']],
    ['a negative latency', ['--latency=-1']],
    ['a number that is none', ['--seconds', 'soon']],
  ])('refuses %s', (_, argv) => {
    expect(() => readOptions(argv)).toThrow(UsageError);
  });
});
