import { withoutSecrets } from './hidden-options.js';
import { shownOptions } from './shown-options.js';

describe('a text that quotes options', () => {
  const without = (text: string, options: object, shown: unknown, read?: unknown) => withoutSecrets(text, { written: options, read, shown });

  it('loses what is not shown, and the longest first', () => {
    const options = { key: 'hunter', keys: ['hunter2'], open: 'open', url: 'https://u:p@h/x' };
    expect(without('hunter2, hunter, open and https://u:p@h/x are wrong', options, shownOptions(options))).toBe('***, ***, open and https://h/x are wrong');
  });

  it('names the variable instead of what it holds', () => {
    expect(without('"hunter2" is no key', { key: 'hunter2' }, { key: '${KEY}' })).toBe('"${KEY}" is no key');
  });

  it('loses everything of options that nothing is known of', () => {
    expect(without('hunter2', { deep: [{ key: 'hunter2' }] }, {})).toBe('***');
  });

  it('loses long numbers that are secret, and keeps others', () => {
    const options = { pin: 48151623, apiKey: 123, sessions: 5000 };
    expect(without('48151623, 123 and 5000 are wrong', options, shownOptions(options))).toBe('***, 123 and 5000 are wrong');
  });

  it('loses what the schema made of it, and keeps what it made of what may be shown', () => {
    const options = { apiKey: '  hunter2 ', mode: 'A', sender: 'me' };
    const read = { client: { key: 'hunter2', port: 6379 }, apiKey: 'hunter3', mode: 'a', sender: 'me', from: 'me' };
    expect(without('a me: hunter2, hunter3 at 6379', options, shownOptions(options), read)).toBe('a me: ***, *** at 6379');
  });

  it.each([
    ['of an address', encodeURIComponent('p@ss/wörd"1')],
    ['of base64', Buffer.from('p@ss/wörd"1').toString('base64')],
    ['of base64 in addresses', Buffer.from('p@ss/wörd"1').toString('base64url')],
    ['of hex', Buffer.from('p@ss/wörd"1').toString('hex')],
    ['of JSON', JSON.stringify('p@ss/wörd"1').slice(1, -1)],
  ])('loses it in the form %s', (_, form) => {
    expect(without(`redis://:${form}@h`, { key: 'p@ss/wörd"1' }, { key: '***' })).toBe('redis://:***@h');
  });

  it('is made of options without an end, too', () => {
    const read: Record<string, unknown> = { key: 'hunter2' };
    read['self'] = read;
    Object.defineProperty(read, 'trap', { enumerable: true, get: () => { throw new Error('a trap'); } });
    expect(without('hunter2', {}, {}, read)).toBe('***');
  });
});
