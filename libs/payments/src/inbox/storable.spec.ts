import { storable, storableBody, storableDetail, storableName } from './storable.js';

describe('text that is stored', () => {
  it('has no NUL and no half of a character, and is the same otherwise', () => {
    expect(storable('a\0b\ud800')).toBe('a\uFFFDb\uFFFD');
    expect(storable('ünïcode \u{1F600}')).toBe('ünïcode \u{1F600}');
  });

  it('is cut where it is for people, between two characters', () => {
    expect(storableDetail('x'.repeat(2_000))).toHaveLength(2_000);
    expect(storableDetail(`${'x'.repeat(1_999)}\u{1F600}y`)).toBe(`${'x'.repeat(1_999)}\u2026`);
    expect([storableName('four', 4), storableName('fives', 4)]).toEqual(['four', 'fiv\u2026']);
  });
});

describe('a body that is stored', () => {
  it.each([Buffer.from('{"a":"ü"}'), Buffer.from('\uFEFF{}'), Buffer.from('{ "a" : "\\u0000" }\r\n')])('is the same bytes when it is read back: %p', (body) => {
    expect(Buffer.from(storableBody(body) ?? 'refused')).toEqual(body);
  });

  it.each([Buffer.from([0x7b, 0xff, 0x7d]), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('{"a":"\0"}'), Buffer.from('ü').subarray(0, 1)])('is refused where text cannot hold it: %p', (body) => {
    expect(storableBody(body)).toBeNull();
  });
});
