import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { Rule } from './rule.js';

const NAME = /^[a-z][a-z0-9-]*$/;
const UNKNOWN_OPTION = 'optionThatNobodyKnows';

export const saysWhatTheCoreNeeds: Rule = ({ manifest: { contractVersion, name, kind } }) => {
  assert.equal(contractVersion, 1, `The processor was written for contract version ${String(contractVersion)}; this service speaks 1.`);
  assert.match(name, NAME, `The processor has a name that is none: ${inspect(name)}.`);
  assert.equal(kind, 'gateway', 'This suite is for processors of gateways.');
  return Promise.resolve();
};

export const takesGoodOptions: Rule = ({ manifest: { options, secretOptions }, goodOptions }) => {
  const { error } = options.safeParse(goodOptions);
  assert.equal(error, undefined, `Refused the good options: ${error?.message}`);
  const unused = secretOptions.filter((name) => !Object.hasOwn(goodOptions, name));
  assert.deepEqual(unused, [], `manifest.secretOptions names ${unused.join(', ')}, which the good options do not have: a misspelt secret would be shown.`);
  return Promise.resolve();
};

/** An option that is misspelt and silently left out is found when it is missed. What is wrong is shown at boot: never a secret. */
export const refusesBadOptions: Rule = ({ manifest: { options: schema, secretOptions }, goodOptions, badOptions }) => {
  const unknown = schema.safeParse({ ...goodOptions, [UNKNOWN_OPTION]: 1 });
  assert.ok(unknown.error?.message.includes(UNKNOWN_OPTION), 'An option that the processor does not know must be refused by its name: use a strict schema.');
  for (const { options, path } of badOptions) {
    const { error } = schema.safeParse(options);
    assert.ok(error, `Accepted the options ${inspect(options)}, which are no good.`);
    const paths = error.issues.map((issue) => issue.path.join('.'));
    assert.ok(paths.includes(path), `Refused the options ${inspect(options)} for ${inspect(paths)}: "${path}" is to blame.`);
    const secrets = secretOptions.flatMap((name): unknown[] => [Reflect.get(Object(options) as object, name)].flat() as unknown[]);
    const shown = secrets.filter((value) => typeof value === 'string' && value !== '' && error.message.includes(value));
    assert.deepEqual(shown, [], `The refusal of the options ${inspect(options)} shows what is secret in them: ${error.message}`);
  }
  return Promise.resolve();
};
