import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { type Accepted, type Delivered, LONGEST_DEADLINE_MS, LONGEST_REFERENCE, LONGEST_VERIFY_MS, type Receipt, SHORTEST_VERIFY_MS, isAccepted } from '../fulfiller.js';
import { capabilitiesOf } from '../fulfiller-module.js';
import type { FulfillerHarness } from './harness.js';

/** A receipt, or, where the manifest allows it, an acceptance. */
export function assertAnswer(answer: unknown, { manifest }: FulfillerHarness): Delivered {
  const delivered: Delivered = assertReceipt('fulfill', answer);
  if (!isAccepted(delivered)) return delivered;
  assert.ok(capabilitiesOf(manifest).asynchronous, 'fulfill accepted the line for later: the manifest must say capabilities.asynchronous, or fulfill must deliver at once.');
  assertTimes(delivered);
  return delivered;
}

export function assertReadBack(answer: unknown): Receipt | null {
  return answer === null ? null : assertReceipt('verify', answer);
}

function assertReceipt(verb: string, answer: unknown): Receipt {
  const isObject = typeof answer === 'object' && answer !== null;
  const reference = isObject && 'reference' in answer ? answer.reference : undefined;
  assert.ok(isObject && typeof reference === 'string', `${verb} answered ${inspect(answer, { depth: 0 })}: a receipt has a reference, for people.`);
  const { length } = reference;
  assert.ok(length > 0 && length <= LONGEST_REFERENCE, `The reference of a receipt has 1 to ${LONGEST_REFERENCE} characters, not ${length}.`);
  return { ...answer, reference };
}

function assertTimes({ verifyAfterMs, deadlineMs }: Accepted): void {
  assert.ok(isWithin(verifyAfterMs, SHORTEST_VERIFY_MS, LONGEST_VERIFY_MS), `verifyAfterMs is ${inspect(verifyAfterMs)}: give milliseconds from 1 second to 30 days.`);
  assert.ok(isWithin(deadlineMs, verifyAfterMs, LONGEST_DEADLINE_MS), `deadlineMs is ${inspect(deadlineMs)}: give milliseconds, at least verifyAfterMs and at most 366 days.`);
}

function isWithin(value: unknown, least: number, most: number): boolean {
  return typeof value === 'number' && value >= least && value <= most;
}
