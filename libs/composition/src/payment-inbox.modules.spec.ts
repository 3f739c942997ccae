import type { WakeUp } from '#scheduler';
import { wakeForEvents } from './payment-inbox.modules.js';

it('an event that is due wakes a worker at once, and again when it is replayed a moment later', () => {
  const woken: WakeUp[] = [];
  const tell = wakeForEvents({ schedule: (wakeUps) => Promise.resolve(void woken.push(...wakeUps)) });
  tell({ id: 'one' });
  tell({ id: 'one' });
  expect(woken).toEqual([1, 2].map(() => ({ source: 'payment-events', id: 'one', key: expect.any(String) as string, inMs: 0 })));
  expect(new Set(woken.map(({ key }) => key)).size).toBe(2);
});
