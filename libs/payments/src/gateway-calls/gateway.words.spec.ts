import { gatewayWords } from './gateway.words.js';

it.each([
  ['No such payment_intent: pi_123', 'No such payment_intent: pi_123'],
  ['Invalid API Key provided: sk_test_****1234', 'Invalid API Key provided: …'],
  ['Expired key rk_live_51Habc+/=', 'Expired key …'],
  ['The secret whsec_abc is wrong', 'The secret … is wrong'],
  ['pi_3Abc_secret_xyz does not fit', '… does not fit'],
  ['Who is alice.b+c@example.com?', 'Who is …'],
  ['The card 4242 4242 4242 4242 was declined', 'The card … was declined'],
  ['Authorization: Bearer A21AAF-x.y', 'Authorization: …'],
  ['two\r\nlines\tand \u202Esteering\u0007', 'two lines and steering'],
  ['our own s3cret', 'our own …'],
  ['<html><b>Bad gateway</b>', ''],
  ['1 < 2 and 3 > 2', '1 < 2 and 3 > 2'],
  ['\uD800', '\uFFFD'],
  [undefined, ''],
  [{ message: 'x' }, ''],
])('shows %j as %j', (words, shown) => {
  expect(gatewayWords(words, ['', 's3cret'])).toBe(shown);
});

it('is short, and takes no time for long words', () => {
  expect(gatewayWords('a@'.repeat(1_000_000), []).length).toBeLessThanOrEqual(500);
  expect(gatewayWords('word '.repeat(10_000), [])).toHaveLength(500);
});
