import { parseArgs } from 'node:util';
import { WrongArgumentsError, checked, refusingWrongOptions, words } from '../command/arguments.js';
import { login } from '../command/login.js';

export interface DriftArguments {
  /** Null: all of them. */
  readonly courseId: string | null;
  /** In whose name, and why, what drifts is published again; null: it is only told. */
  readonly repair: { readonly actor: string; readonly reason: string } | null;
  readonly json: boolean;
}

const OPTIONS = {
  course: { type: 'string' },
  repair: { type: 'boolean', default: false },
  reason: { type: 'string' },
  actor: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

const REASON = 'the LMS had drifted from the catalog';

/** @throws {WrongArgumentsError} */
export function readDrift(argv: readonly string[]): DriftArguments {
  const { course, repair, reason, actor, json } = refusingWrongOptions(() => parseArgs({ args: [...argv], options: OPTIONS })).values;
  // Who gives a reason means to change something, and must not think that he has.
  if (!repair && (reason !== undefined || actor !== undefined)) throw new WrongArgumentsError('A reason goes with a change: say --repair as well.');
  return {
    courseId: course === undefined ? null : checked('--course', words(255), course),
    repair: repair ? { actor: actor === undefined ? `cli:${login()}` : checked('--actor', words(150), actor), reason: reason === undefined ? REASON : checked('--reason', words(500), reason) } : null,
    json,
  };
}
