import { deliveryTimes } from './delivery-times.js';

it('an answer is due, and a stop over, when the slowest gateway and a delivery have been waited for', () => {
  expect(deliveryTimes({ checkoutDeadlineMs: 10_000 }, { callMs: 40_500, workMs: 82_000 })).toEqual({ answerDueMs: 55_500, longestWorkMs: 97_000 });
});

it('without a gateway nothing but a delivery is waited for', () => {
  expect(deliveryTimes({ checkoutDeadlineMs: 10_000 }, { callMs: 0, workMs: 0 })).toEqual({ answerDueMs: 15_000, longestWorkMs: 15_000 });
});
