import { expect } from '@jest/globals';
import { readInstant } from './instant.js';

describe('an instant', () => {
  it.each([
    ['2027-08-01T23:59:59Z', '2027-08-01T23:59:59.000Z'],
    ['2027-08-01T23:59:59+02:00', '2027-08-01T21:59:59.000Z'],
    ['2028-02-29T00:00:00.123456-05:30', '2028-02-29T05:30:00.123Z'],
  ])('%s is %s', (text, instant) => {
    expect(readInstant(text)).toEqual({ ok: true, value: new Date(instant) });
  });

  it.each(['2027-08-01', '2027-08-01T23:59:59', '2027-08-01 23:59:59Z', '2027-02-29T00:00:00Z', '2027-08-01T24:00:00Z', '2027-08-01T23:59:59+0200', '01/08/2027', 'never', '1785542399'])(
    'refuses %s, which is no RFC 3339 time with an offset',
    (text) => {
      expect(readInstant(text)).toMatchObject({ ok: false, problem: expect.stringContaining('RFC 3339') });
    },
  );

  it.each(['0000-01-01T00:00:00Z', '1969-12-31T23:59:59Z', '9999-12-31T23:59:59-12:00'])('refuses %s, which PostgreSQL or the LMS could not hold', (text) => {
    expect(readInstant(text)).toEqual({ ok: false, problem: 'is not between 1970 and 9999' });
  });
});
