import { expect } from '@jest/globals';
import { USAGE, readArguments } from './import-arguments.js';

describe('the command line of an import', () => {
  it('names a file, and may ask for a dry run and for JSON', () => {
    expect(readArguments(['seats.csv'])).toEqual({ arguments: { file: 'seats.csv', dryRun: false, json: false } });
    expect(readArguments(['--json', 'seats.csv', '--dry-run'])).toEqual({ arguments: { file: 'seats.csv', dryRun: true, json: true } });
  });

  it('asks for help, whatever else it says', () => {
    expect(readArguments(['-h', 'seats.csv'])).toEqual({ help: true });
    expect(USAGE).toContain('--dry-run');
  });

  it.each([
    [[], 'Name the file to import.'],
    [['a.csv', 'b.csv'], 'Name one file: each import is all or nothing.'],
    [['--dryrun', 'a.csv'], expect.stringContaining("'--dryrun'")],
    [['--json=yes', 'a.csv'], expect.stringContaining('--json')],
  ])('%j is answered: %s', (argv, mistake) => {
    expect(readArguments(argv)).toEqual({ mistake });
  });
});
