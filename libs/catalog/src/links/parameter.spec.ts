import fc from 'fast-check';
import { campaignParameter, parameter, withParameters } from './parameter.js';

const BASE = 'https://pay.example.com/checkout';

describe('a parameter', () => {
  it('comes out of the address as it was, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary', minLength: 1 }), (value, name) => {
        const url = new URL(withParameters(BASE, [parameter(name, value), parameter('last', 'x')]));
        expect([...url.searchParams]).toEqual([[name.toWellFormed(), value.toWellFormed()], ['last', 'x']]);
        expect([url.origin, url.pathname, url.hash]).toEqual(['https://pay.example.com', '/checkout', '']);
      }),
    );
  });

  it('is written with characters that no header and no query can stumble over', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (value) => /^utm=[\w.~!*'()%:/@,+-]*$/.test(campaignParameter('utm', value)) && !parameter('p', value).includes('+')));
  });

  it('stands for no character where it holds none', () => {
    expect(parameter('p', 'a\ud800b')).toBe('p=a%EF%BF%BDb');
  });

  it('leaves course keys readable', () => {
    expect(campaignParameter('utm_content', 'course-v1:edX+DemoX+2024')).toBe('utm_content=course-v1:edX+DemoX+2024');
    expect(parameter('next', 'https://www.example.com/a b?c=d&e')).toBe('next=https://www.example.com/a%20b%3Fc%3Dd%26e');
  });
});

describe('an address', () => {
  it.each([
    [BASE, `${BASE}?a=1&b=2`],
    [`${BASE}?theme=dark`, `${BASE}?theme=dark&a=1&b=2`],
    [`${BASE}?`, `${BASE}?a=1&b=2`],
    [`${BASE}#pay`, `${BASE}?a=1&b=2#pay`],
    ['https://pay.example.com', 'https://pay.example.com/?a=1&b=2'],
  ])('%s keeps what it has', (address, whole) => {
    expect(withParameters(address, [parameter('a', '1'), parameter('b', '2')])).toBe(whole);
  });
});
