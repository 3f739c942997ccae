import { FetchAllowance } from './fetch-allowance.js';

it('lets so much be done in any span of time, and says when there is room again', () => {
  let now = 1_000;
  const allowance = new FetchAllowance(2, 60_000, () => now);
  const take = () => allowance.take('It is fetched');
  take();
  now += 10_000;
  take();
  expect(take).toThrow(expect.objectContaining({ detail: 'It is fetched at most 2 times in 60 s.', passing: true, retryAfterMs: 50_000 }) as Error);
  now += 49_999;
  expect(take).toThrow();
  now += 1;
  take();
  expect(take).toThrow(expect.objectContaining({ retryAfterMs: 10_000 }) as Error);
});
