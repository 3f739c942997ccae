import { jest } from '@jest/globals';
import { Dependencies } from './dependencies.js';

/** How a database that is asked like this is reported. */
async function databaseState(ping: () => Promise<unknown>): Promise<string> {
  return (await new Dependencies(ping, null).states()).database;
}

describe('a database', () => {
  it('is up when it answers, whatever that is', async () => {
    expect(await databaseState(() => Promise.resolve(undefined))).toBe('up');
  });

  it('is down when it refuses, and when its pool throws at once', async () => {
    expect(await databaseState(() => Promise.reject(new Error('refused')))).toBe('down');
    expect(
      await databaseState(() => {
        throw new Error('closed');
      }),
    ).toBe('down');
  });

  it('is down when it says nothing', async () => {
    jest.useFakeTimers();
    const state = databaseState(() => new Promise(() => undefined));
    await jest.advanceTimersByTimeAsync(2_000);
    jest.useRealTimers();
    expect(await state).toBe('down');
  });
});

describe('a Redis', () => {
  it('that nobody named is not missed', async () => {
    expect(await new Dependencies(() => Promise.resolve(), null).states()).toEqual({ database: 'up', redis: 'not_configured' });
  });
});
