import fc from 'fast-check';
import { readReturnAddress } from './return-address.js';

const ORIGINS = ['https://www.example.com', 'http://localhost:8080', 'https://xn--bcher-kva.example'];

describe('a page to return to', () => {
  it.each([
    ['https://www.example.com', 'https://www.example.com/'],
    ['HTTPS://WWW.Example.COM/Learn', 'https://www.example.com/Learn'],
    ['https://www.example.com:443/a?b=c#d', 'https://www.example.com/a?b=c#d'],
    ['http://localhost:8080/x', 'http://localhost:8080/x'],
    ['https://bücher.example/', 'https://xn--bcher-kva.example/'],
    ['https://www.example.com/../../b', 'https://www.example.com/b'],
    ['https://www.example.com/?next=https://evil.com', 'https://www.example.com/?next=https://evil.com'],
  ])('may be %s', (text, address) => {
    expect(readReturnAddress(text, ORIGINS)).toBe(address);
  });

  it.each(['', '/', 'https://', 'https://evil.com', 'http://www.example.com', 'https://localhost:8080', 'https://www.example.com.', 'https://user@www.example.com', 'https://www.example.com\u2028', 'https://www.example.com/\u202e', '\ufeffhttps://www.example.com', 'https://www.example.com/\ud800'])(
    'may not be %j',
    (text) => {
      expect(readReturnAddress(text, ORIGINS)).toBeNull();
    },
  );

  it('is always one of the origins, however it is written', () => {
    const piece = fc.constantFrom('https:', 'http:', '//', '/', '\\', '@', ':', '.', 'www.example.com', 'evil.com', 'user', '443', '%2e', '%00', '\t', '\n', ' ', '#', '?', 'javascript:', '。', '[', ']');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const address = readReturnAddress(pieces.join(''), ORIGINS);
        return address === null || ORIGINS.includes(new URL(address).origin);
      }),
      { numRuns: 5_000 },
    );
  });
});
