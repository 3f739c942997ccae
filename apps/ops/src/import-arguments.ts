import { parseArgs, types } from 'node:util';

export interface ImportArguments {
  readonly file: string;
  readonly dryRun: boolean;
  readonly json: boolean;
}

export const USAGE = `Usage: npm run catalog:import -- <file.csv> [--dry-run] [--json]

Imports course seats into the catalog: every row of the file, or none. "npm run ops -- catalog import csv <file>" does the same and tells
more; it can also leave out courses that are wrong, and have the LMS told.

  --dry-run   say what would happen, and write nothing
  --json      answer in JSON
  --help      show this

The first line names the columns, in any order, separated by commas:
  course_id     course-v1:AcmeX+BIO1+2026
  course_name   Biology One
  mode          audit, honor, verified, professional, ...
  price         49.00, in major units; 0.00 is a free seat
  currency      USD
  expires       2027-08-01T23:59:59Z (RFC 3339), or empty: sold without end
  sku           A1B2C3D, or empty: a known seat keeps its SKU, a new one gets one
These may be left out; what a left-out column would tell stays as it is:
  starts                when the sale starts, as expires
  bulk_sku              the SKU of its enrollment codes, or empty: it keeps what it has
  credit_provider       acme-university, who grants the credit of the mode credit, or empty: it keeps it
  verification_deadline of the course, as expires, or empty: none
  partner               whose the course is, or empty: it stays, and a new one is the default partner's
  android_sku, ios_sku  of the mobile apps, or empty: none

DATABASE_URL names the database, PRODUCT_TYPES_FILE the product types.
Exit codes: 0 done, 1 nothing was imported, 2 wrong arguments.
`;

/** Reads the command line. Answers `help`, or a sentence about what is wrong with it. */
export function readArguments(argv: readonly string[]): { arguments: ImportArguments } | { help: true } | { mistake: string } {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: { 'dry-run': { type: 'boolean' }, json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    });
    if (values.help) return { help: true };
    const [file, ...others] = positionals;
    if (file === undefined) return { mistake: 'Name the file to import.' };
    if (others.length > 0) return { mistake: 'Name one file: each import is all or nothing.' };
    return { arguments: { file, dryRun: values['dry-run'] ?? false, json: values.json ?? false } };
  } catch (error) {
    if (isArgumentError(error)) return { mistake: error.message };
    throw error;
  }
}

function isArgumentError(error: unknown): error is Error {
  return types.isNativeError(error) && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS_');
}
