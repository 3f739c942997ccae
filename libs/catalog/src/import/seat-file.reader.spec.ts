import { CatalogImportError, RowProblems, type RowProblem } from './row-problems.js';
import { readSeats } from './seat-file.reader.js';
import { checkSeatDetails, type SeatRow } from './seat-row.js';
import type { ProductDetailsCheck } from '../product-details.check.js';

const HEADER = 'course_id,course_name,mode,price,currency,expires,sku';
const GOOD = 'course-v1:AcmeX+BIO1+2026,Biology One,verified,49.00,USD,2027-08-01T23:59:59Z,A1B2C3D';

async function read(text: string): Promise<{ rows: SeatRow[]; problems: readonly RowProblem[] }> {
  const problems = new RowProblems();
  const rows: SeatRow[] = [];
  try {
    for await (const row of readSeats((async function* () { yield await Promise.resolve(Buffer.from(text)); })(), problems)) rows.push(row);
    problems.refuse();
    return { rows, problems: [] };
  } catch (error) {
    if (!(error instanceof CatalogImportError)) throw error;
    return { rows, problems: error.problems };
  }
}

async function problemsOf(...lines: string[]): Promise<string[]> {
  const { problems } = await read(lines.join('\n'));
  return problems.map(({ line, column, message }) => `${line} ${column ?? '-'} ${message}`);
}

describe('an import file', () => {
  it('has its columns in any order, and starts if it likes', async () => {
    const { rows } = await read('sku,starts,expires,currency,price,mode,course_name,course_id\r\n,2026-12-01T00:00:00Z,,usd,0.00,audit,"Bio, One",course-v1:A+B+C\r\n');
    expect(rows).toEqual([
      { line: 2, courseId: 'course-v1:A+B+C', title: 'Bio, One', mode: 'audit', priceMinor: 0, currency: 'USD', availableFrom: new Date('2026-12-01T00:00:00Z'), availableUntil: null, sku: null },
    ]);
  });

  it('is told what is wrong with its header, all at once', async () => {
    expect(await problemsOf('course_id,course_name,mode,mode,price,currency,colour,sku', GOOD)).toEqual([
      '1 - the column mode stands twice',
      expect.stringContaining('1 - "colour" is no column of this file'),
      '1 - the column expires is missing',
    ]);
  });

  it('that is separated by semicolons is told to use commas', async () => {
    const [first] = await problemsOf(HEADER.replaceAll(',', ';'), GOOD.replaceAll(',', ';'));
    expect(first).toContain('separated by commas');
  });

  it.each([
    ['', '1 - the file is empty; its first line must name the columns'],
    ['\n\n', '1 - the file is empty; its first line must name the columns'],
    [`${HEADER}\n\n,,,,,,\n`, '3 - the file has a header and no rows'],
  ])('%j is refused: %s', async (text, problem) => {
    expect(await problemsOf(text)).toEqual([problem]);
  });

  it('names every wrong cell by the line an editor shows', async () => {
    const rows = [
      '',
      'course-v1:A+B+C,,Verified,49.005,USD,2027-08-01,A B',
      GOOD,
      ',Bio,audit,free,XYZ,,',
      'course-v1:A+B+C,Bio\0,audit,1.00,USD,,',
      'course-v1:A+B+C,Bio,audit,0.00,USD',
      'course-v1:A+B+C,"Bio,audit,0.00,USD,,',
    ];
    expect(await problemsOf(HEADER, ...rows)).toEqual([
      '3 course_name is empty',
      '3 mode "Verified" is no mode such as audit or verified: lower case letters, digits and hyphens',
      '3 price "49.005" has too many decimals: USD has at most 2',
      '3 expires "2027-08-01" is no RFC 3339 time with an offset such as 2027-08-01T23:59:59Z',
      '3 sku "A B" is no SKU: 1 to 64 letters, digits, points, underscores and hyphens',
      '5 course_id is empty',
      '5 currency "XYZ" is no ISO 4217 currency code such as USD',
      expect.stringContaining('5 price "free" is no price in major units'),
      expect.stringMatching(/^6 course_name .* holds a control character/),
      '7 - the row has 5 values, the header has 7',
      expect.stringContaining('8 - a quoted value is not closed on its line'),
    ]);
  });

  it('refuses a sale that ends before it starts', async () => {
    expect(await problemsOf(`${HEADER},starts`, `${GOOD},2027-08-01T23:59:59Z`)).toEqual(['2 expires is not after starts']);
  });

  it('shows a long value cut', async () => {
    const [problem] = await problemsOf(HEADER, GOOD.replace('verified', 'V'.repeat(5_000)));
    expect(problem?.length).toBeLessThan(200);
  });
});

describe("a seat's details", () => {
  const row: SeatRow = { line: 4, courseId: 'bad', title: 'Bio', mode: 'credit', priceMinor: 0, currency: 'USD', availableFrom: null, availableUntil: null, sku: null };

  function judged(thrown: unknown, seat = row): RowProblem[] {
    const problems: RowProblem[] = [];
    const check: ProductDetailsCheck = {
      knows: () => true,
      parseDetails: () => {
        throw thrown;
      },
    };
    checkSeatDetails(seat, check, (problem) => problems.push(problem));
    return problems;
  }

  it("are judged by the fulfiller, and its words are shown at the row's column", () => {
    const refusal = Object.assign(new Error('Wrong details'), {
      problems: [
        { pointer: '/courseId', message: 'is no course run' },
        { pointer: '/creditProvider', message: 'is needed for credit' },
      ],
    });
    expect(judged(refusal)).toEqual([
      { line: 4, column: 'course_id', message: 'is no course run' },
      { line: 4, column: 'mode', message: 'creditProvider is needed for credit; this file has no column for it' },
    ]);
  });

  it('that are refused as a whole are shown with the whole sentence', () => {
    expect(judged(Object.assign(new Error('No seats here'), { problems: [] }))).toEqual([{ line: 4, column: null, message: 'No seats here' }]);
  });

  it('are not judged when the row could not be read', () => {
    expect(judged(new Error('never asked'), { ...row, mode: null })).toEqual([]);
  });

  it('do not hide a bug in the check', () => {
    expect(() => judged(new TypeError('a bug'))).toThrow(TypeError);
  });
});
