import { csvRow } from './csv-row.js';
import { csvOf } from './resubmission-lines.csv.js';

describe('a row of CSV', () => {
  it.each<[string, string | null, string]>([
    ['plain text', 'OF-100001', 'OF-100001'],
    ['nothing', null, ''],
    ['a comma', 'a,b', '"a,b"'],
    ['a quote', 'say "no"', '"say ""no"""'],
    ['a line end', 'a\nb', '"a\nb"'],
    ['a carriage return', 'a\rb', '"a\rb"'],
    ['a formula', '=1+1', "'=1+1"],
    ['a call', '@SUM(A1)', "'@SUM(A1)"],
    ['a plus', '+49', "'+49"],
    ['a minus', '-1', "'-1"],
    ['a tab', '\t=1', "'\t=1"],
    ['a leading carriage return', '\r=1', `"'\r=1"`],
    ['a formula with a comma', '=HYPERLINK("x","y")', `"'=HYPERLINK(""x"",""y"")"`],
    ['a minus inside', 'course-v1:AcmeX+BIO1+2026', 'course-v1:AcmeX+BIO1+2026'],
  ])('takes %s', (_, cell, written) => {
    expect(csvRow([cell, 'z'])).toBe(`${written},z\r\n`);
  });
});

describe('the lines of a resubmission as CSV', () => {
  it('begin with the names of the columns, also when there are no lines', async () => {
    const rows: string[] = [];
    for await (const row of csvOf((async function* () { yield* await Promise.resolve([[]]); })())) rows.push(row);
    expect(rows).toEqual(['lineId,orderNumber,learner,sku,productType,courseId,result,skipped,status,failureKind,failureDetail,nextAttemptAt\r\n']);
  });
});
