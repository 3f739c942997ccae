import { CatalogImportError, type CellProblem } from './row-problems.js';
import { readSeatFile } from './seat-file.reader.js';
import { readSeatRow, type SeatRow } from './seat-row.js';

const HEADER = 'course_id,course_name,mode,price,currency,expires,sku';
const GOOD = 'course-v1:AcmeX+BIO1+2026,Biology One,verified,49.00,USD,2027-08-01T23:59:59Z,A1B2C3D';

async function read(text: string): Promise<{ rows: SeatRow[]; problems: readonly CellProblem[] }> {
  const problems: CellProblem[] = [];
  const rows: SeatRow[] = [];
  try {
    for await (const item of readSeatFile((async function* () { yield await Promise.resolve(Buffer.from(text)); })())) {
      if ('cells' in item) rows.push(readSeatRow(item.line, item.cells, (problem) => problems.push(problem)));
      else problems.push({ line: item.line, column: null, message: item.message });
    }
    return { rows, problems };
  } catch (error) {
    if (!(error instanceof CatalogImportError)) throw error;
    return { rows: [], problems: error.problems };
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
      {
        line: 2,
        courseId: 'course-v1:A+B+C',
        mode: 'audit',
        courseName: 'Bio, One',
        partner: null,
        verificationDeadline: undefined,
        draft: { priceMinor: 0, currency: 'USD', availableFrom: new Date('2026-12-01T00:00:00Z'), expires: null },
      },
    ]);
  });

  it('may tell more: an empty cell of a date or of a mobile SKU is nothing, of others what there is, and a missing column is not told', async () => {
    const more = ['bulk_sku', 'credit_provider', 'verification_deadline', 'partner', 'android_sku', 'ios_sku'];
    const { rows, problems } = await read(`${HEADER},${more.join(',')}\n${GOOD},D3C2B1A,acme,2027-09-01T00:00:00Z,edx,mobile.android.a1,mobile.ios.a1\n${GOOD},,,,,,\n`);
    expect(problems).toEqual([]);
    const [full, empty] = rows;
    expect(full).toMatchObject({ partner: 'edx', verificationDeadline: new Date('2027-09-01T00:00:00Z'), draft: { bulkSku: 'D3C2B1A', creditProvider: 'acme', androidSku: 'mobile.android.a1', iosSku: 'mobile.ios.a1' } });
    expect(empty).toMatchObject({ partner: null, verificationDeadline: null, draft: { bulkSku: undefined, creditProvider: undefined, androidSku: null, iosSku: null } });
    expect((await read(`${HEADER}\n${GOOD}`)).rows[0]).toMatchObject({ verificationDeadline: undefined, draft: { androidSku: undefined, iosSku: undefined, availableFrom: undefined } });
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
