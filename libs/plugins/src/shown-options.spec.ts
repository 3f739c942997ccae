import { shownOptions } from './shown-options.js';

describe('options as operators see them', () => {
  it.each([
    ['apiKey', 'abc'],
    ['API_KEY', 7],
    ['clientSecret', { id: 'a', value: 'b' }],
    ['tokens', ['a', 'b']],
    ['userPassword', true],
    ['credentials', 'a:b'],
    ['Authorization', 'Basic YTpi'],
    ['signature', 'x'],
    ['note', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
    ['note', 'sk_live_4'],
    ['note', 'Bearer abc'],
    ['note', 'user:hunter2@host'],
    ['note', 'see https://user:hunter2@host/ for more'],
    ['note', '550e8400-e29b-41d4-a716-446655440000'],
    ['note', 'dGhpcyBpcyBhIHNlY3JldCBvZiBvdXJzMQ=='],
    ['note', '$${WRITTEN_AS_IT_IS_1234567890}:x@y'],
    ['conn', 'Server=x;Pwd=hunter2'],
    ['conn', 'Server=x; Pass Word = hunter2; Uid=me'],
    ['conn', 'jdbc:postgresql://me:hunter2@h/db'],
    ['header', 'Authorization: Bearer abc'],
    ['note', 'send X-Api-Key: hunter2'],
    ['note', '{"token":"hunter2"}'],
    ['note', 'token hunter2'],
    ['note', 'Proxy: Basic YTpi'],
    ['headers', { 'X-Acme': 'hunter2' }],
    ['pinned', 'by the plug-in'],
  ])('%s: %j is not shown', (name, value) => {
    expect(shownOptions({ [name]: value }, ['pinned'])).toEqual({ [name]: '***' });
    expect(shownOptions({ deep: [{ [name]: value }] }, ['pinned'])).toEqual({ deep: [{ [name]: '***' }] });
  });

  it.each([
    ['apiKey', '${MENTORING_KEY}', '${MENTORING_KEY}'],
    ['sender', '${SENDER}', '${SENDER}'],
    ['apiKey', null, null],
    ['sessions', 12, 12],
    ['isOpen', false, false],
    ['sender', 'Mentoring <mentoring@example.com>', 'Mentoring <mentoring@example.com>'],
    ['course', 'course-v1:edX+BIO101+2026', 'course-v1:edX+BIO101+2026'],
    ['endpoint', 'https://mentoring.example.com/v1/bookings', 'https://mentoring.example.com/v1/bookings'],
    ['endpoint', 'https://user:hunter2@example.com:8443/v1?apikey=hunter2#hunter2', 'https://example.com:8443/v1?…'],
    ['endpoint', 'postgres://user:hunter2@db/orders', 'postgres://db/orders'],
    ['endpoint', 'https://hooks.example.com/services/T0AAAAAAAAAAAAAAAAAAAAAAAA1/x', 'https://hooks.example.com/services/***/x'],
    ['endpoint', 'https://example.com/a;token=hunter2/b', 'https://example.com/***/b'],
    ['course', 'course-v1:edX+KEY101+2026', 'course-v1:edX+KEY101+2026'],
    ['endpoint', 'https://', '***'],
  ])('%s: %j is shown as %j', (name, value, shown) => {
    expect(shownOptions({ [name]: value })).toEqual({ [name]: shown });
  });

  it('what is secret by its name is so in any case, and however deep', () => {
    expect(shownOptions({ Pinned: 'x', a: { PINNED: 'y' } }, ['pinned'])).toEqual({ Pinned: '***', a: { PINNED: '***' } });
  });
});

describe('names of options', () => {
  it('that are a pair without a blank are not shown', () => {
    expect(shownOptions({ 'apiKey:hunter2': null })).toEqual({ '***': null });
  });
});
