import fc from 'fast-check';
import { newCode, readCode } from './code.js';

describe('a new code', () => {
  const codes = Array.from({ length: 5_000 }, newCode);

  it('has 16 characters that cannot be taken for one another', () => {
    for (const code of codes) expect(code).toMatch(/^[A-HJ-NP-Z2-9]{16}$/);
  });

  it('uses all 32 of them, at every place', () => {
    for (let place = 0; place < 16; place += 1) expect(new Set(codes.map((code) => code[place])).size).toBe(32);
  });

  it('is like no other', () => {
    expect(new Set(codes).size).toBe(codes.length);
  });
});

describe('a written code', () => {
  it('is understood in lower case, and with blanks or dashes in it', () => {
    const between = fc.constantFrom('', ' ', '-', '–', ' - ', '\t', '\u00a0');
    fc.assert(
      fc.property(fc.array(between, { minLength: 17, maxLength: 17 }), fc.boolean(), (gaps, isLower) => {
        const code = newCode();
        const written = gaps.map((gap, index) => `${gap}${code[index] ?? ''}`).join('');
        expect(readCode(isLower ? written.toLowerCase() : written)).toBe(code);
      }),
    );
  });

  it.each(['', 'ABCDEFGHJKLMNPQ', 'ABCDEFGHJKLMNPQRS', 'ABCDEFGHJKLMNPQ0', 'ABCDEFGHJKLMNPQO', 'ABCDEFGHJKLMNPQ1', 'ABCDEFGHJKLMNPQI', 'ABCDEFGHJKLMNPQ_', 'ABCDEFGHJKLMNPQ\0', 'ÄBCDEFGHJKLMNPQR', "' or 1=1 --", '../../v1/orders', 'x'.repeat(1_000), ' '.repeat(101)])('is none: %j', (written) => {
    expect(readCode(written)).toBeNull();
  });

  it.each(['ABCDEFGHJKLMNPQſ', 'ABCDEFGHJKLMNPß'])('is none, though it would be one in upper case: %j', (written) => {
    expect(written.toUpperCase()).toMatch(/^[A-Z]{16}$/);
    expect(readCode(written)).toBeNull();
  });
});
