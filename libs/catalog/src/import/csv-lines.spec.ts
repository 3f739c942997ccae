import { Readable } from 'node:stream';
import { expect } from '@jest/globals';
import { linesOf, valuesOf } from './csv-lines.js';

async function lines(...chunks: (string | number[])[]): Promise<string[]> {
  const bytes = Readable.from(chunks.map((chunk) => (typeof chunk === 'string' ? Buffer.from(chunk) : Buffer.from(chunk))));
  const found: string[] = [];
  for await (const line of linesOf(bytes)) found.push(line);
  return found;
}

describe('the lines of a file', () => {
  it('end in LF or CRLF, the last one in nothing', async () => {
    expect(await lines('a\r\nb\n\nc')).toEqual(['a', 'b', '', 'c']);
  });

  it('do not depend on how the bytes are cut', async () => {
    const bytes = [...Buffer.from('\ufeffé,1\r\nü,2\r\n')];
    expect(await lines(...bytes.map((byte) => [byte]))).toEqual(['é,1', 'ü,2']);
  });

  it('lose the byte order mark that spreadsheets write', async () => {
    expect(await lines('\ufeffcourse_id')).toEqual(['course_id']);
  });

  it('show what is not UTF-8 instead of hiding it', async () => {
    expect(await lines([0x42, 0xfc, 0x0a])).toEqual(['B\ufffd']);
  });

  it('are not held whole when the file has none', async () => {
    const [line, ...more] = await lines(...Array.from({ length: 50 }, () => 'x'.repeat(1_000)), '\nafter');
    expect(line?.length).toBe(10_001);
    expect(more).toEqual([]);
    expect(valuesOf(line ?? '')).toMatchObject({ ok: false, problem: expect.stringContaining('longer than 10000') });
  });
});

describe('the values of a line', () => {
  it('may be quoted, hold commas and quotes, and stand between blanks', () => {
    expect(valuesOf('a, "b, ""c""" ,,d ')).toEqual({ ok: true, value: ['a', 'b, "c"', '', 'd'] });
  });

  it.each([
    ['a,"b', 'a quoted value is not closed'],
    ['a,"b"c', 'text follows a quoted value'],
    ['a,b"c"', 'Invalid Opening Quote'],
    ['a,b\rc,d', 'carriage return'],
  ])('%s is refused: %s', (line, problem) => {
    expect(valuesOf(line)).toMatchObject({ ok: false, problem: expect.stringContaining(problem) });
  });
});
