import { parseArgs } from 'node:util';
import { WrongArgumentsError, atMostOne, checked, refusingWrongOptions, words } from '../command/arguments.js';
import { login } from '../command/login.js';

export interface RolloutArguments {
  /** What the switch shall be; null: it is only looked at. */
  readonly switchTo: SwitchTo | null;
  readonly json: boolean;
}

export interface SwitchTo {
  readonly enabled: boolean;
  readonly actor: string;
  readonly reason: string;
}

const OPTIONS = { reason: { type: 'string' }, actor: { type: 'string' }, json: { type: 'boolean', default: false } } as const;

/** @throws {WrongArgumentsError} */
export function readRollout(argv: readonly string[]): RolloutArguments {
  const { values, positionals } = refusingWrongOptions(() => parseArgs({ args: [...argv], allowPositionals: true, options: OPTIONS }));
  const { reason, actor, json } = values;
  const verb = atMostOne(positionals) ?? 'show';
  if (verb !== 'show' && verb !== 'off' && verb !== 'on') throw new WrongArgumentsError(`There is no ${JSON.stringify(verb)}: say show, off or on.`);
  if (verb === 'show') {
    // Who gives a reason means to change something, and must not think that he has.
    if (reason !== undefined || actor !== undefined) throw new WrongArgumentsError('A reason goes with a change: say off or on as well.');
    return { switchTo: null, json };
  }
  if (reason === undefined) throw new WrongArgumentsError('Say why: --reason "...".');
  return {
    switchTo: { enabled: verb === 'on', actor: actor === undefined ? `cli:${login()}` : checked('--actor', words(150), actor), reason: checked('--reason', words(500), reason) },
    json,
  };
}
