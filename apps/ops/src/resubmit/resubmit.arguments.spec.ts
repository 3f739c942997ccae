import { expect } from '@jest/globals';
import { readResubmit } from './resubmit.arguments.js';

describe('the command line of a resubmission', () => {
  it('names lines and says why, in the name of whoever is logged in', () => {
    expect(readResubmit(['--filter', 'failureKind=server', '--filter', 'sku=A1', '--reason', ' mended '])).toEqual({
      filter: { failureKind: 'server', sku: 'A1' },
      reason: 'mended',
      actor: expect.stringMatching(/^cli:.+/),
      all: false,
      refreshDetails: false,
      dryRun: false,
      wait: true,
      json: false,
    });
  });

  it('may ask for more', () => {
    const read = readResubmit(['--all', '--reason', 'x', '--actor', 'olga', '--refresh-details', '--no-wait', '--json']);
    expect(read).toMatchObject({ filter: {}, actor: 'olga', all: true, refreshDetails: true, wait: false, json: true });
  });

  it('needs neither a filter nor a reason for a dry run', () => {
    expect(readResubmit(['--dry-run'])).toMatchObject({ dryRun: true, filter: {}, reason: '' });
  });

  it.each([
    [['--kind', 'server'], 'Say why: --reason'],
    [['--reason', 'x'], 'This filter matches every unfinished line.'],
    [['--reason', 'x', '--filter', 'givenUp=false'], 'This filter matches every unfinished line.'],
    [['--kind', 'server', '--reason', '  '], '--reason must not be empty.'],
    [['--kind', 'server', '--reason', 'x'.repeat(501)], '--reason must be at most 500 characters long.'],
    [['--kind', 'server', '--reason', 'x', '--actor', 'a\u001b[2J'], '--actor must not contain control characters.'],
    [['--kind', 'server', '--reason', 'x', '--dryrun'], "Unknown option '--dryrun'"],
    [['server', '--reason', 'x'], "Unexpected argument 'server'"],
  ])('%j is refused: %s', (argv, sentence) => {
    expect(() => readResubmit(argv)).toThrow(sentence);
  });
});
