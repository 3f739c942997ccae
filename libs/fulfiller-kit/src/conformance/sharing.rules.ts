import assert from 'node:assert/strict';
import { capabilitiesOf } from '../fulfiller-module.js';
import { AMPLE_TIMEOUT_MS, type Rule, assertDelivered, atBench } from './rule.js';

const CLAIM = { true: 'manifest.capabilities.sharedAccess says that all lines of a learner and a product are one thing', false: 'without capabilities.sharedAccess each line has its own' };

/** Two lines of one learner and one product, of different orders: one thing or two, as the manifest says, because the core goes by it. */
export const sharesWhatItSaysItShares: Rule = (harness) =>
  atBench(harness, AMPLE_TIMEOUT_MS, async (first) => {
    const { sharedAccess, revoke } = capabilitiesOf(harness.manifest);
    const second = first.anotherOrder();
    const claim = CLAIM[`${sharedAccess}`];
    await first.fulfill();
    assert.equal((await second.verify()) !== null, sharedAccess, `After the first of two lines was delivered, verify of the second must ${sharedAccess ? 'find it' : 'find nothing'}: ${claim}.`);
    await second.fulfill();
    assertDelivered(harness, sharedAccess ? 1 : 2);
    if (!revoke) return;
    await first.revoke();
    assertDelivered(harness, sharedAccess ? 0 : 1);
    assert.equal((await second.verify()) === null, sharedAccess, `After the first of two lines was taken back, verify of the second must ${sharedAccess ? 'find nothing' : 'find it'}: ${claim}.`);
  });
