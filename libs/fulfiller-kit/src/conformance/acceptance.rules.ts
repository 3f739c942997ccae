import assert from 'node:assert/strict';
import { type Accepted, isAccepted } from '../fulfiller.js';
import type { Bench } from './bench.js';
import { assertFacts } from './facts.js';
import type { Acceptance, FulfillerHarness } from './harness.js';
import { AMPLE_TIMEOUT_MS, type Rule, assertDelivered, atBench, providerOf } from './rule.js';

const REFUSAL = 'No mentor is free until May.';

interface AcceptedLine {
  readonly bench: Bench;
  readonly acceptance: Acceptance;
  /** Of a line that the provider has accepted: as the core hands it over. */
  readonly known: { readonly acceptedReference: string };
}

export const acceptsForLater: Rule = (harness) =>
  whenAccepted(harness, ({ acceptance }) => {
    assertAccepted(acceptance, 1);
    assertDelivered(harness, 0);
  });

export const secondAcceptanceIsHarmless: Rule = (harness) =>
  whenAccepted(harness, async ({ bench, acceptance }) => {
    await accepted(bench);
    assertAccepted(acceptance, 1);
    assertDelivered(harness, 0);
    acceptance.finish();
    await bench.fulfill({ attempt: 2 });
    assertAccepted(acceptance, 0);
    assertDelivered(harness, 1);
  });

/** Also without the reference: the answer that brought it may have been lost. */
export const verifyWaitsForTheEnd: Rule = (harness) =>
  whenAccepted(harness, async ({ bench, acceptance, known }) => {
    assert.equal(await bench.verify(known), null, 'verify found something while the provider had only accepted it: answer null until it is delivered.');
    assert.equal(await bench.verify(), null, 'verify without an acceptedReference found something while the provider had only accepted it.');
    acceptance.finish();
    assert.ok(await bench.verify(known), 'verify found nothing after the provider had delivered what it accepted.');
  });

export const verifyReportsARefusal: Rule = (harness) =>
  whenAccepted(harness, async ({ bench, acceptance, known }) => {
    acceptance.refuse(REFUSAL);
    const failure = await bench.failureOf('verify', known);
    assertFacts('verify', failure, { passing: false });
    assert.ok(failure.detail.includes(REFUSAL), `The provider refused what it had accepted with "${REFUSAL}": the failure says "${failure.detail}" instead.`);
  });

/** An accepted line that nothing was heard of fails, and may then be refunded. */
export const revokesWhatWasOnlyAccepted: Rule = (harness) =>
  whenAccepted(harness, async ({ bench, acceptance }) => {
    await bench.revoke();
    assertAccepted(acceptance, 0);
    acceptance.finish();
    assertDelivered(harness, 0);
  });

async function whenAccepted(harness: FulfillerHarness, work: (line: AcceptedLine) => void | Promise<void>): Promise<void> {
  const provider = providerOf(harness);
  const { acceptance } = provider;
  assert.ok(acceptance, 'manifest.capabilities.asynchronous says that the provider accepts lines for later: give the StubService an acceptance.');
  await atBench(harness, AMPLE_TIMEOUT_MS, async (bench) => {
    provider.respond('accepts');
    const { reference: acceptedReference } = await accepted(bench);
    await work({ bench, acceptance, known: { acceptedReference } });
  });
}

async function accepted(bench: Bench): Promise<Accepted> {
  const answer = await bench.fulfill();
  assert.ok(isAccepted(answer), 'fulfill answered a receipt, although the provider has only accepted the line: answer { reference, verifyAfterMs, deadlineMs }.');
  return answer;
}

function assertAccepted(acceptance: Acceptance, expected: number): void {
  const count = acceptance.acceptedCount();
  assert.equal(count, expected, `The provider has ${count} lines accepted and not ended, expected ${expected}.`);
}
