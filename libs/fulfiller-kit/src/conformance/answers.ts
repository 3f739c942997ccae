import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { type Accepted, type Delivered, type Receipt, isAccepted } from '../fulfiller.js';
import { type FulfillerHarness, capabilitiesOf } from './harness.js';

const REFERENCE_LENGTH = 500;
const SECOND_MS = 1_000;
const DAY_MS = 86_400_000;

/** A receipt, or, where the manifest allows it, an acceptance. */
export function assertAnswer(answer: unknown, harness: FulfillerHarness): Delivered {
  const delivered: Delivered = assertReceipt('fulfill', answer);
  if (!isAccepted(delivered)) return delivered;
  assert.ok(capabilitiesOf(harness).asynchronous, 'fulfill accepted the line for later: the manifest must say capabilities.asynchronous, or fulfill must deliver at once.');
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
  assert.ok(length > 0 && length <= REFERENCE_LENGTH, `The reference of a receipt has 1 to ${REFERENCE_LENGTH} characters, not ${length}.`);
  return { ...answer, reference };
}

function assertTimes({ verifyAfterMs, deadlineMs }: Accepted): void {
  assert.ok(isWithin(verifyAfterMs, SECOND_MS, 30 * DAY_MS), `verifyAfterMs is ${inspect(verifyAfterMs)}: give milliseconds from 1 second to 30 days.`);
  assert.ok(isWithin(deadlineMs, verifyAfterMs, 366 * DAY_MS), `deadlineMs is ${inspect(deadlineMs)}: give milliseconds, at least verifyAfterMs and at most 366 days.`);
}

function isWithin(value: unknown, least: number, most: number): boolean {
  return typeof value === 'number' && value >= least && value <= most;
}
