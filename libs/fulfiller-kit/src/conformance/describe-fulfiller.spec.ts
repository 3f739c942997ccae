import type { FulfillerCapabilities } from '../fulfiller-module.js';
import { harnessOf } from './booking.fake.js';
import { type FulfillerHarness, RULES, describeFulfiller } from './index.js';

const bookingThat = (capabilities: FulfillerCapabilities, changes: Partial<FulfillerHarness> = {}) => harnessOf(undefined, { manifest: { name: 'booking', contractVersion: 1, capabilities }, ...changes });

function titlesOf(harness: FulfillerHarness): string[] {
  const titles: string[] = [];
  const note = (title: string) => titles.push(title);
  describeFulfiller('booking', harness, { it: note, describe: (title, body) => (note(title), body()), beforeAll: () => undefined, afterAll: () => undefined });
  return titles;
}

describe('the suite', () => {
  it('has a test for every rule where the fulfiller has everything', () => {
    const [title, ...rules] = titlesOf(bookingThat({ asynchronous: true }));
    expect(title).toBe('booking keeps the contract of a fulfiller: it');
    expect(rules).toEqual(RULES.map((rule) => rule.title));
  });

  it('leaves out what the fulfiller does not have, and says so', () => {
    const [title, ...rules] = titlesOf(bookingThat({ revoke: false }, { provider: null, deliversNothing: true }));
    expect(title).toBe('booking keeps the contract of a fulfiller (without the rules about calls, what is there, revocation): it');
    expect(rules).toEqual(RULES.filter(({ about }) => about.length === 0).map((rule) => rule.title));
  });

  it('says nothing of acceptance where a fulfiller always delivers at once', () => {
    const [title, ...rules] = titlesOf(bookingThat({}));
    expect(title).toBe('booking keeps the contract of a fulfiller: it');
    expect(rules).toEqual(RULES.filter(({ about }) => !about.includes('acceptance')).map((rule) => rule.title));
  });
});
