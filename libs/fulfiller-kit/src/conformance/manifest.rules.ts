import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { isConfigurationFailure } from '../failures.js';
import { manifestProblem } from '../manifest-problem.js';
import { type Schema, parseOrFail } from '../parse-or-fail.js';
import type { FulfillerHarness } from './harness.js';
import type { Rule } from './rule.js';

const UNKNOWN_OPTION = 'optionThatNobodyKnows';

export const saysWhatTheCoreNeeds: Rule = ({ manifest }: Partial<FulfillerHarness>) => {
  assert.ok(typeof manifest === 'object', 'The harness has no manifest: give it that of the plug-in.');
  const problem = manifestProblem({ ...manifest });
  assert.equal(problem, null, `The fulfiller ${problem}.`);
  return Promise.resolve();
};

export const takesGoodOptions: Rule = ({ manifest, goodOptions }: Partial<FulfillerHarness>) => {
  if (goodOptions === undefined) return Promise.resolve();
  assert.ok(manifest?.options, 'The harness has good options, and the manifest no schema for them: the core would refuse every one.');
  const failure = refusalOf(manifest.options, goodOptions);
  assert.equal(failure, null, `Refused the good options: ${failure?.detail}`);
  const unused = (manifest.secretOptions ?? []).filter((name) => !Object.hasOwn(Object(goodOptions) as object, name));
  assert.deepEqual(unused, [], `manifest.secretOptions names ${unused.join(', ')}, which the good options do not have: a misspelt secret would be shown.`);
  return Promise.resolve();
};

/** An option that is misspelt and silently left out is found when it is missed. What is wrong is shown at boot: never a secret. */
export const refusesBadOptions: Rule = ({ manifest, goodOptions, badOptions = [] }: Partial<FulfillerHarness>) => {
  const { options: schema, secretOptions } = manifest ?? {};
  if (schema === undefined) return Promise.resolve();
  const unknown = { ...Object(goodOptions ?? {}), [UNKNOWN_OPTION]: 1 } as unknown;
  assert.ok(refusalOf(schema, unknown)?.detail.includes(UNKNOWN_OPTION), 'An option that the plug-in does not know must be refused by its name: use a strict schema.');
  for (const { options, pointer } of badOptions) {
    const found = refusalOf(schema, options);
    assert.ok(found, `Accepted the options ${inspect(options)}, which are no good.`);
    assert.ok(found.pointers.includes(pointer), `Refused the options ${inspect(options)} for ${inspect(found.pointers)}: "${pointer}" is to blame.`);
    assert.deepEqual(shownSecrets(found.detail, options, secretOptions), [], `The refusal of the options ${inspect(options)} shows what is secret in them: ${found.detail}`);
  }
  return Promise.resolve();
};

function shownSecrets(detail: string, options: unknown, names: readonly string[] = []): unknown[] {
  const values = names.map((name): unknown => Reflect.get(Object(options) as object, name));
  return values.filter((value) => typeof value === 'string' && value !== '' && detail.includes(value));
}

function refusalOf(schema: Schema<unknown>, options: unknown): { readonly detail: string; readonly pointers: readonly string[] } | null {
  try {
    parseOrFail(schema, options, 'options');
    return null;
  } catch (thrown) {
    assert.ok(isConfigurationFailure(thrown), `manifest.options broke down over ${inspect(options)}: ${String(thrown)}`);
    return { detail: thrown.message, pointers: thrown.problems.map(({ pointer }) => pointer) };
  }
}
