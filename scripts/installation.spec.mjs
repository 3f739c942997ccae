import { describe, expect, it } from '@jest/globals';
import { satisfiesLock } from './installation.mjs';

const LOCKED = {
  '': { name: 'order-fulfillment', version: '0.1.0' },
  'libs/kit': { name: '@order-fulfillment/kit', version: '0.1.0' },
  'node_modules/@order-fulfillment/kit': { resolved: 'libs/kit', link: true },
  'node_modules/pg': { version: '8.23.0', integrity: 'sha512-a' },
  'node_modules/typescript': { version: '6.0.3', integrity: 'sha512-b', dev: true },
  'node_modules/other-platform': { version: '1.0.0', integrity: 'sha512-c', optional: true },
};

/** What npm has written down after an installation on this platform, but for the changes; null takes a package away. */
function installedWith(changes) {
  const entries = Object.entries({ ...LOCKED, 'node_modules/other-platform': null, '': null, ...changes });
  return Object.fromEntries(entries.filter(([, value]) => value !== null));
}

describe('what is installed', () => {
  it('is enough without the packages of other platforms', () => {
    expect(satisfiesLock(LOCKED, installedWith({}))).toBe(true);
  });

  it.each([
    ['a package is missing', { 'node_modules/pg': null }],
    ['development packages were left out', { 'node_modules/typescript': null }],
    ['a package has another version', { 'node_modules/pg': { version: '8.22.0', integrity: 'sha512-a' } }],
    ['a package has other content', { 'node_modules/pg': { version: '8.23.0', integrity: 'sha512-x' } }],
    ['an own package is a copy instead of a link', { 'node_modules/@order-fulfillment/kit': { version: '0.1.0' } }],
    ['a package is there that the lock no longer has', { 'node_modules/left-behind': { version: '1.0.0' } }],
    ['nothing is there', Object.fromEntries(Object.keys(LOCKED).map((path) => [path, null]))],
  ])('is not enough when %s', (_, changes) => {
    expect(satisfiesLock(LOCKED, installedWith(changes))).toBe(false);
  });
});
