import { sku, text, username } from './text.schema.js';

const reason = text(20);

describe('text for people', () => {
  it.each(['PO-7', "O'Brien; drop table orders; --", '../../etc/passwd', '日本語 – ünïcode 😀', '{"$ne":null}', '<b>', '%00', '__proto__'])('may be %j, which is only text', (value) => {
    expect(text(40).parse(value)).toBe(value);
  });

  it('is kept without the blanks around it', () => {
    expect(reason.parse('  PO-7\t\n')).toBe('PO-7');
  });

  it('may be as long as it may be, and not longer', () => {
    expect(reason.safeParse('x'.repeat(20)).success).toBe(true);
    expect(reason.safeParse('x'.repeat(21)).error?.issues[0]?.message).toBe('must be at most 20 characters long');
  });

  it.each(['', ' ', '\n\t', '\u00a0', '\u2003', '\ufeff'])('may not be empty, as %j', (value) => {
    expect(reason.safeParse(value).error?.issues[0]?.message).toBe('must not be empty');
  });

  it.each(['a\0b', 'a\nb', 'a\r\nb', 'a\tb', 'a\u001b[31mb', 'a\u0085b', 'a\u007fb', '\ud800', 'a\udc00b', 'a\ud83d'])('may not hold control characters or half characters, as %j', (value) => {
    expect(reason.safeParse(value).error?.issues[0]?.message).toBe('must not contain control characters');
  });

  it.each([null, undefined, 7, true, {}, ['PO-7']])('may not be %j', (value) => {
    expect(reason.safeParse(value).success).toBe(false);
  });

  it.each(['\u200b', '\u2060\u200d'])('may not be invisible, as %j', (value) => {
    expect(reason.safeParse(value).success).toBe(false);
  });

  it('may not turn the reading direction of what stands beside it', () => {
    expect(reason.safeParse('PO-\u202e7').success).toBe(false);
  });
});

describe('a username', () => {
  it.each(['alice', 'a', 'a.b-c_d+e@f', 'josé', '山田', '𝕒', 'a'.repeat(150)])('may be %s', (value) => {
    expect(username.parse(value)).toBe(value);
  });

  it.each(['', ' ', 'a b', 'a/b', 'a\\b', 'a,b', 'a?b', 'a#b', 'a%2Fb', 'a;b', "a'b", 'a"b', '<a>', 'a\0', 'a\n', '\ud800', 'a\u200bb', '\u202ea', '😀', 'a'.repeat(151), null, 7, ['a']])('may not be %j', (value) => {
    expect(username.safeParse(value).success).toBe(false);
  });

  it.each(['.', '..'])('may not be %j, which is a step in a path', (value) => {
    expect(username.safeParse(value).success).toBe(false);
  });
});

describe('a SKU', () => {
  it.each(['8CF08E5', 'a', 'A.b_c-9', '__proto__', 'x'.repeat(64)])('may be %s', (value) => {
    expect(sku.parse(value)).toBe(value);
  });

  it.each(['', ' A', 'A ', 'A\n', 'A\0', 'Å', 'Ａ', 'A/B', '../A', "A' OR '1'='1", 'A;B', 'x'.repeat(65), null, 7, ['A']])('may not be %j', (value) => {
    expect(sku.safeParse(value).success).toBe(false);
  });
});
