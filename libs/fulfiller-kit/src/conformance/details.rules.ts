import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { isConfigurationFailure } from '../failures.js';
import type { Fulfiller } from '../fulfiller.js';
import { AMPLE_TIMEOUT_MS, type Rule, atBench } from './rule.js';

/** Details are stored with the line as JSON, and read again for every attempt. */
export const acceptsGoodDetails: Rule = (harness) =>
  atBench(harness, AMPLE_TIMEOUT_MS, ({ fulfiller }) => {
    const details = accepted(fulfiller, harness.goodDetails, 'good details');
    const stored: unknown = JSON.parse(JSON.stringify(details ?? null));
    assert.deepEqual(stored, details, 'Parsed details must survive being stored as JSON.');
    assert.deepEqual(accepted(fulfiller, stored, 'its own reading of them'), details, 'Parsed details must be good details themselves.');
  });

export const refusesBadDetails: Rule = (harness) =>
  atBench(harness, AMPLE_TIMEOUT_MS, ({ fulfiller }) => {
    assert.ok(harness.badDetails.length > 0, 'The harness has no bad details to refuse.');
    for (const { details, pointer } of harness.badDetails) {
      const pointers = problemsOf(fulfiller, details);
      assert.ok(pointers.includes(pointer), `Refused ${JSON.stringify(details)} for ${JSON.stringify(pointers)}: "${pointer}" is to blame.`);
    }
  });

export const refusesWhatIsNoDetails: Rule = (harness) =>
  atBench(harness, AMPLE_TIMEOUT_MS, ({ fulfiller }) => {
    for (const raw of [undefined, null, true, 7, 'details', ['details']]) problemsOf(fulfiller, raw);
  });

function accepted(fulfiller: Fulfiller, raw: unknown, what: string): unknown {
  try {
    return fulfiller.parseDetails(raw);
  } catch (thrown) {
    return assert.fail(`parseDetails refused ${what}: ${String(thrown)}`);
  }
}

function problemsOf(fulfiller: Fulfiller, raw: unknown): string[] {
  try {
    fulfiller.parseDetails(raw);
  } catch (thrown) {
    assert.ok(isConfigurationFailure(thrown), `Refused ${JSON.stringify(raw)} with ${inspect(thrown, { depth: 0 })}: throw a ConfigurationFailure.`);
    return thrown.problems.map(({ pointer }) => pointer);
  }
  return assert.fail(`Accepted ${JSON.stringify(raw)}, which is no good.`);
}
