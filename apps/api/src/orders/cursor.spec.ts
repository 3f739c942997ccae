import { ProblemError } from '../problems/problem.js';
import { decodeCursor, encodeCursor } from './cursor.js';

const ID = '0190f3a0-7b1c-7000-8000-000000000001';
const encoded = (text: string | Uint8Array) => Buffer.from(text).toString('base64url');

function refusal(cursor: string): unknown {
  try {
    return decodeCursor(cursor);
  } catch (thrown) {
    if (thrown instanceof ProblemError) return thrown;
    throw thrown;
  }
}

describe('a cursor', () => {
  it('leads back to where the page ended', () => {
    expect(decodeCursor(encodeCursor(ID))).toBe(ID);
  });

  it('needs no escaping in a URL', () => {
    expect(encodeCursor(ID)).toBe(encodeURIComponent(encodeCursor(ID)));
  });

  it.each([
    '',
    ' ',
    'null',
    '1',
    ID,
    '\0',
    '😀',
    '__proto__',
    encoded(''),
    encoded('1'),
    encoded(`${ID}\n`),
    encoded(`${ID}\0`),
    encoded(` ${ID}`),
    encoded(`{${ID}}`),
    encoded(ID.replaceAll('-', '')),
    encoded("' OR 1=1 --"),
    encoded(`${ID}' OR 1=1 --`),
    encoded('../../etc/passwd'),
    encoded(Uint8Array.of(0xff, 0xfe)),
    encoded(encoded(ID)),
  ])('may not be %j', (cursor) => {
    expect(refusal(cursor)).toMatchObject({ code: 'invalid_request', errors: [{ parameter: 'cursor' }] });
  });
});
