import { expect } from '@jest/globals';
import { WrongArgumentsError } from '../command/arguments.js';
import { readImport } from './import.arguments.js';

describe('the command line of an import', () => {
  it('names a source, and may ask for more', () => {
    expect(readImport(['csv', 'seats.csv'])).toEqual({
      source: { kind: 'csv', file: 'seats.csv' },
      dryRun: false,
      skipWrong: false,
      overwriteNewer: false,
      publish: false,
      restart: false,
      partner: undefined,
      creditProvider: undefined,
      actor: expect.stringMatching(/^cli:./),
      json: false,
    });
    expect(readImport(['lms', '--dry-run', '--skip-wrong', '--overwrite-newer', '--publish', '--partner', 'edx', '--credit-provider', 'acme', '--actor', 'me', '--json'])).toEqual({
      source: { kind: 'lms' }, dryRun: true, skipWrong: true, overwriteNewer: true, publish: true, restart: false, partner: 'edx', creditProvider: 'acme', actor: 'me', json: true,
    });
    expect(readImport(['otto', '--url', 'https://otto.example.com/', '--restart', '--page-size', '50', '--otto-partner-id', '1'])).toMatchObject({
      source: { kind: 'otto', url: 'https://otto.example.com', pageSize: 50, partnerId: 1 }, restart: true,
    });
  });

  it('may only list', () => {
    expect(readImport(['--list', '--json'])).toEqual({ list: true, json: true });
  });

  it.each([
    [[], 'Say what to import from: csv, lms or otto.'],
    [['ldap'], 'There is no source "ldap": csv, lms or otto.'],
    [['csv'], 'Name the file to import.'],
    [['csv', 'a.csv', 'b.csv'], 'Name one file: each import is all or nothing.'],
    [['lms', 'now'], 'One argument is too many: now.'],
    [['lms', '--restart'], '--restart goes with otto.'],
    [['csv', 'a.csv', '--url', 'https://x'], '--url goes with otto.'],
    [['otto'], 'Say where Otto is: --url https://...'],
    [['otto', '--url', 'javascript:alert(1)'], '--url must be a URL such as https://ecommerce.example.com.'],
    [['otto', '--url', 'https://me:secret@otto'], '--url must not carry a user: Otto takes tokens.'],
    [['otto', '--url', 'https://otto', '--page-size', '0'], '--page-size must be a whole number from 1 to 1000.'],
    [['lms', '--dryrun'], "Unknown option '--dryrun'"],
  ])('%j is wrong: %s', (argv, mistake) => {
    expect(() => readImport(argv)).toThrow(WrongArgumentsError);
    expect(() => readImport(argv)).toThrow(mistake);
  });
});
