import { EventEmitter } from 'node:events';
import { jest } from '@jest/globals';
import { whenAskedToStop } from './stop-requests.js';

describe('whenAskedToStop', () => {
  let requests: EventEmitter;
  let insisted: number;
  let asked: Promise<void>;

  beforeEach(() => {
    jest.useFakeTimers();
    requests = new EventEmitter();
    insisted = 0;
    asked = whenAskedToStop(() => (insisted += 1), requests);
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'disconnect'])('resolves on %s', async (request) => {
    requests.emit(request);
    await expect(asked).resolves.toBeUndefined();
    expect(insisted).toBe(0);
  });

  it('takes one Ctrl-C that arrives twice for one, and a later one for insistence', () => {
    requests.emit('SIGINT');
    jest.advanceTimersByTime(300);
    requests.emit('SIGINT');
    expect(insisted).toBe(0);
    jest.advanceTimersByTime(300);
    requests.emit('SIGINT');
    expect(insisted).toBe(1);
  });

  it('does not take the end of the starter, which follows a Ctrl-C, for insistence', () => {
    requests.emit('SIGINT');
    jest.advanceTimersByTime(5_000);
    requests.emit('disconnect');
    expect(insisted).toBe(0);
  });
});
