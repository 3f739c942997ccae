import { parseArgs } from 'node:util';
import { z } from 'zod';
import type { SourceKind } from '#catalog';
import { WrongArgumentsError, checked, refusingWrongOptions, words } from '../command/arguments.js';
import { login } from '../command/login.js';

/** What to import from. */
export type WantedSource =
  | { readonly kind: 'csv'; readonly file: string }
  | { readonly kind: 'lms' }
  | { readonly kind: 'otto'; readonly url: string; readonly partnerId: number | null; readonly pageSize: number };

export interface ImportArguments {
  readonly source: WantedSource;
  readonly dryRun: boolean;
  readonly publish: boolean;
  readonly skipWrong: boolean;
  readonly overwriteNewer: boolean;
  readonly restart: boolean;
  readonly partner: string | undefined;
  readonly creditProvider: string | undefined;
  readonly actor: string;
  readonly json: boolean;
}

/** Null source: the imports are only listed. */
export type ImportCommandArguments = ImportArguments | { readonly list: true; readonly json: boolean };

export const SYNOPSIS = '(csv <file> | lms | otto --url URL | --list) [options]';

export const HELP = `Everything is imported or nothing, unless --skip-wrong. What was imported before is known again; modes that the source lacks stay.

  csv <file>            a CSV file; npm run catalog:import -- --help tells its columns
  lms                   the LMS that LMS_URL names. Needs LMS_OAUTH_CLIENT_ID and LMS_OAUTH_CLIENT_SECRET
  otto                  an openedx/ecommerce. Needs the same: it takes the tokens of its LMS. A read that broke off is gone on with
                        by the same command

  --dry-run             say what would change, course by course and field by field, and write nothing
  --skip-wrong          import the courses that are right, and list what is wrong with the others
  --overwrite-newer     import a course also where it was changed here after it was read, or where the LMS it is read from was not told
                        yet how it was changed; such courses are wrong otherwise
  --publish             have the LMS told of every course of the import that differs from what it was told
  --partner P           whose the courses are where the source does not say (default: default)
  --credit-provider P   who grants the credit of new modes credit where the source does not say: the LMS does not
  --actor NAME          in whose name; cli:<your login> when it is left out
  --json                answer in JSON: one line, written while the import goes on
  --list                the last imports, and those that were left unfinished

  --url URL             where Otto is, such as https://ecommerce.example.com
  --restart             read Otto anew, and forget a read that broke off
  --page-size N         courses a page, 1 to 1000 (default 100)
  --otto-partner-id N   the partner's id in Otto's database: with it, a SKU that Otto does not tell is worked out
`;

const OPTIONS = {
  'dry-run': { type: 'boolean', default: false },
  'skip-wrong': { type: 'boolean', default: false },
  'overwrite-newer': { type: 'boolean', default: false },
  publish: { type: 'boolean', default: false },
  restart: { type: 'boolean', default: false },
  list: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  partner: { type: 'string' },
  'credit-provider': { type: 'string' },
  actor: { type: 'string' },
  url: { type: 'string' },
  'page-size': { type: 'string' },
  'otto-partner-id': { type: 'string' },
} as const;

const KINDS: readonly SourceKind[] = ['csv', 'lms', 'otto'];
const httpUrl = z.url({ protocol: /^https?$/, error: 'must be a URL such as https://ecommerce.example.com' }).refine((url) => URL.parse(url)?.username === '', 'must not carry a user: Otto takes tokens');
const wholeNumber = (least: number, most: number) => {
  const error = `must be a whole number from ${least} to ${most}`;
  return z.string().regex(/^\d{1,9}$/, error).transform(Number).pipe(z.int().min(least, error).max(most, error));
};

/** @throws {WrongArgumentsError} */
export function readImport(argv: readonly string[]): ImportCommandArguments {
  const { values, positionals } = refusingWrongOptions(() => parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true }));
  if (values.list) return { list: true, json: values.json };
  const { partner, actor, 'credit-provider': creditProvider } = values;
  return {
    source: readSource(positionals, values),
    dryRun: values['dry-run'],
    skipWrong: values['skip-wrong'],
    overwriteNewer: values['overwrite-newer'],
    publish: values.publish,
    restart: values.restart,
    partner: partner === undefined ? undefined : checked('--partner', words(32), partner),
    creditProvider: creditProvider === undefined ? undefined : checked('--credit-provider', words(255), creditProvider),
    actor: actor === undefined ? `cli:${login()}` : checked('--actor', words(150), actor),
    json: values.json,
  };
}

interface SourceOptions {
  readonly url?: string | undefined;
  readonly restart: boolean;
  readonly 'page-size'?: string | undefined;
  readonly 'otto-partner-id'?: string | undefined;
}

function readSource([word, ...names]: readonly string[], options: SourceOptions): WantedSource {
  const kind = KINDS.find((one) => one === word);
  if (kind === undefined) throw new WrongArgumentsError(word === undefined ? 'Say what to import from: csv, lms or otto.' : `There is no source ${JSON.stringify(word)}: csv, lms or otto.`);
  const forOtto = (['url', 'page-size', 'otto-partner-id'] as const).find((name) => options[name] !== undefined) ?? (options.restart ? 'restart' : undefined);
  if (kind !== 'otto' && forOtto !== undefined) throw new WrongArgumentsError(`--${forOtto} goes with otto.`);
  const [file, ...others] = names;
  if (kind === 'csv') {
    if (file === undefined) throw new WrongArgumentsError('Name the file to import.');
    if (others.length > 0) throw new WrongArgumentsError('Name one file: each import is all or nothing.');
    return { kind, file };
  }
  if (file !== undefined) throw new WrongArgumentsError(`One argument is too many: ${names.join(' ')}.`);
  return kind === 'lms' ? { kind } : readOtto(options);
}

function readOtto({ url, 'page-size': pageSize = '100', 'otto-partner-id': partnerId }: SourceOptions): WantedSource {
  if (url === undefined) throw new WrongArgumentsError('Say where Otto is: --url https://...');
  return {
    kind: 'otto',
    url: checked('--url', httpUrl, url).replace(/\/+$/, ''),
    pageSize: checked('--page-size', wholeNumber(1, 1_000), pageSize),
    partnerId: partnerId === undefined ? null : checked('--otto-partner-id', wholeNumber(1, 999_999_999), partnerId),
  };
}
