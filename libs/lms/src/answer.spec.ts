import { providerWords, readJson, retryAfterMs } from './answer.js';

describe('providerWords', () => {
  it.each([
    ['{"message":"No course found"}', 'No course found'],
    ['{"detail":"Invalid token."}', 'Invalid token.'],
    ['{"message":"first","detail":"second"}', 'first'],
    ['{"message":{"nested":true},"detail":"second"}', 'second'],
    ['{"message":"two\\n  lines"}', 'two lines'],
    ['"Not for you."', 'Not for you.'],
    ['["Professional education modes are not allowed to have expiration_datetime set."]', 'Professional education modes are not allowed to have expiration_datetime set.'],
    ['["one.","two."]', 'one. two.'],
    ['{"id":["Course x does not exist."]}', 'id: Course x does not exist.'],
    ['{"id":"Course x does not exist."}', 'id: Course x does not exist.'],
    ['{"name":["One.","Two."],"price":["Three."]}', 'name: One. name: Two. price: Three.'],
    ['{"non_field_errors":["Verification deadline must be after it."]}', 'Verification deadline must be after it.'],
    ['{"modes":[{},{"price":["A valid integer is required."]}]}', 'modes.1.price: A valid integer is required.'],
    ['{"modes":[{"non_field_errors":["No."]}]}', 'modes.0: No.'],
    ['{"error":"invalid_client","error_code":7}', 'error: invalid_client'],
  ])('takes what %s says', (text, words) => {
    expect(providerWords(text, [])).toBe(words);
  });

  it.each(['', 'null', '7', '[]', '{}', '[[],{}]', '{"id":[7,null]}', '["<p>Server Error</p>"]', '{"<b>":["No."]}', '"<html>"', 'not json', '<html><body>Server Error</body></html>', '{"message":"<!doctype html><p>Server Error"}', '{"message":7}'])(
    'takes no words from %s',
    (text) => {
      expect(providerWords(text, [])).toBe('');
    },
  );

  it('leaves out secrets and every e-mail address', () => {
    const text = JSON.stringify({ message: 'The user with the email address ann.o+1@example.com does not exist; key s3cret-key from 192.0.2.7.' });
    expect(providerWords(text, ['s3cret-key', '192.0.2.7', ''])).toBe('The user with the email address … does not exist; key … from ….');
  });

  it.each([
    ['[', ']'],
    ['{"a":', '}'],
  ])('reads nothing out of %s nested 100,000 times', (open, close) => {
    expect(providerWords(`${open.repeat(100_000)}"words"${close.repeat(100_000)}`, [])).toBe('');
  });

  it('leaves out secrets and addresses wherever they stand', () => {
    expect(providerWords('{"modes":[{"sku":["ann@example.com has s3cret-key."]}]}', ['s3cret-key'])).toBe('modes.0.sku: … has ….');
  });

  it('says at most 500 characters, of a message of any length', () => {
    expect(providerWords(JSON.stringify({ message: 'a'.repeat(900_000) }), [])).toHaveLength(500);
  });
});

describe('retryAfterMs', () => {
  it('reads seconds', () => {
    expect(retryAfterMs('7')).toBe(7_000);
    expect(retryAfterMs('0')).toBe(0);
  });

  it('reads a date as the time from now, and a past one as no wait', () => {
    const wait = retryAfterMs(new Date(Date.now() + 60_000).toUTCString());
    expect(wait).toBeGreaterThan(30_000);
    expect(wait).toBeLessThanOrEqual(60_000);
    expect(retryAfterMs('Wed, 21 Oct 2015 07:28:00 GMT')).toBe(0);
  });

  it.each([undefined, null, 7, ['7'], '', '-1', '1.5', '2026-01-01', 'soon', '7 seconds', '999999999999', 'Xyz, 99 Foo 2026 07:28:00 GMT'])('takes %j for nothing', (header) => {
    expect(retryAfterMs(header)).toBeNull();
  });
});

describe('readJson', () => {
  it('tells null from what is no JSON', () => {
    expect(readJson('null')).toBeNull();
    expect(readJson('{')).toBeUndefined();
  });
});
