import { AMPLE_TIMEOUT_MS, type Rule, assertDelivered, assertReceipt, atBench } from './rule.js';

export const deliversWithReceipt: Rule = (harness) =>
  atBench(harness, AMPLE_TIMEOUT_MS, async ({ fulfiller, request }) => {
    assertReceipt(await fulfiller.fulfill(request()));
    assertDelivered(harness, 1);
  });

/** A worker that lost its lease may have delivered before the next one begins. */
export const secondCallIsHarmless: Rule = (harness) =>
  atBench(harness, AMPLE_TIMEOUT_MS, async ({ fulfiller, request }) => {
    await fulfiller.fulfill(request());
    assertReceipt(await fulfiller.fulfill(request()));
    assertReceipt(await fulfiller.fulfill(request({ attempt: 2 })));
    assertDelivered(harness, 1);
  });

export const revokesTwice: Rule = (harness) =>
  atBench(harness, AMPLE_TIMEOUT_MS, async ({ fulfiller, request }) => {
    await fulfiller.fulfill(request());
    await fulfiller.revoke(request());
    assertDelivered(harness, 0);
    await fulfiller.revoke(request());
    assertDelivered(harness, 0);
  });

export const revokesWhatWasNeverDelivered: Rule = (harness) =>
  atBench(harness, AMPLE_TIMEOUT_MS, async ({ fulfiller, request }) => {
    await fulfiller.revoke(request());
    assertDelivered(harness, 0);
  });
