import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { DeliveryFailure } from '../failures.js';
import type { Verb } from './bench.js';
import type { Scenario } from './harness.js';

export type Facts = Partial<Pick<DeliveryFailure, 'kind' | 'passing' | 'httpStatus' | 'retryAfterMs' | 'mayHaveArrived' | 'readBack'>>;

/** What a failure must say, and what a sentence says when it does not. */
export function assertFacts(verb: Verb, failure: DeliveryFailure, expected: Facts, scenario?: Scenario): void {
  const names = Object.keys(expected) as (keyof Facts)[];
  const wrong = names.filter((name) => failure[name] !== expected[name]).map((name) => `${name} ${inspect(failure[name])}, expected ${inspect(expected[name])}`);
  assert.deepEqual(wrong, [], `${verb} reported ${wrong.join('; ')}${scenario === undefined ? '' : ` (${scenario})`}.`);
}

type Fault = readonly [Scenario, Facts];

/** What a revocation says of an answer that is a no; passing, as all that follow: what the provider does today says nothing of tomorrow. */
export const ANSWERED: readonly Fault[] = [
  ['unavailable', { kind: 'server', passing: true }],
  ['throttled', { kind: 'throttled', passing: true, retryAfterMs: 7_000 }],
];

/** What a revocation says when no answer tells what came of it. */
export const UNANSWERED: readonly Fault[] = [
  ['hangBefore', { kind: 'timeout', passing: true }],
  ['hangAfter', { kind: 'timeout', passing: true }],
  ['resetBefore', { kind: 'network', passing: true }],
  ['resetAfter', { kind: 'network', passing: true }],
  ['garbage', { kind: 'server', passing: true }],
  ['slowDrip', { passing: true }],
];

/** What a read-back says, to which before and after are one: it changes nothing. */
export const READ_FAULTS: readonly Fault[] = [...ANSWERED, ...UNANSWERED.filter(([scenario]) => !scenario.endsWith('After'))];
