import { stopLimitMs } from './stop-limit.js';

it('a program is given longer to end than it waits for its slowest work', () => {
  expect(stopLimitMs({ event: 'listening', stopsWithinMs: 97_000 })).toBe(102_000);
});

it.each([[null], [{ event: 'listening' }], [{ event: 'listening', stopsWithinMs: 15_000 }]])('else it is given the usual time: %j', (listening) => {
  expect(stopLimitMs(listening)).toBe(25_000);
});
