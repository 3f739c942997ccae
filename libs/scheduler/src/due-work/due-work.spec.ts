import { DueWorkSources } from './due-work.js';

const source = (name: string) => ({ name, findDue: () => Promise.resolve([]), perform: () => Promise.resolve() });

describe('the sources of a process', () => {
  it('are found by name', () => {
    const lines = source('order-lines');
    const sources = new DueWorkSources([source('mail'), lines]);
    expect([sources.find('order-lines'), sources.find('refunds')]).toEqual([lines, undefined]);
  });

  it.each([
    ['a name of another form', [source('Order:Lines')], 'The due-work source "Order:Lines" needs a name of lower-case letters and dashes.'],
    ['one name for two', [source('mail'), source('mail')], 'Two due-work sources are called "mail": give one of them another name.'],
  ])('do not have %s', (_, sources, sentence) => {
    expect(() => new DueWorkSources(sources)).toThrow(sentence);
  });
});
