import { parseArgs } from 'node:util';
import { WrongArgumentsError, checked, refusingWrongOptions, words } from '../command/arguments.js';
import { login } from '../command/login.js';

export interface RepublishArguments {
  /** Each once; null: all that failed. */
  readonly courseIds: readonly string[] | null;
  /** Modes that the LMS alone has and may lose: of the one course. */
  readonly remove: readonly string[];
  /** Empty only in a dry run. */
  readonly reason: string;
  readonly actor: string;
  readonly dryRun: boolean;
  readonly wait: boolean;
  readonly json: boolean;
}

export const SYNOPSIS = '(<course>... | --failed) --reason "…" [options]';

export const HELP = `  <course>...     course runs, such as course-v1:AcmeX+BIO1+2026; also such as were never published
  --failed        in their place: every course whose publication failed
  --reason "..."  why: it is kept with the publication. Not needed for a dry run
  --remove MODE   the LMS may lose this mode, which it alone has (catalog publications <course> names them). Repeat it for each
                  further one; it goes with exactly one course. Without it no such mode is removed
  --dry-run       say what would be asked for, and write nothing
  --wait          go on showing until each course is published or stands still. Ctrl-C leaves it going on
  --actor NAME    in whose name; cli:<your login> when it is left out
  --json          answer in JSON

A worker publishes them at its next sweep. Exit code 1 with --wait when one of them was not published.
`;

const OPTIONS = {
  failed: { type: 'boolean', default: false },
  remove: { type: 'string', multiple: true },
  reason: { type: 'string' },
  actor: { type: 'string' },
  'dry-run': { type: 'boolean', default: false },
  wait: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
} as const;

/** @throws {WrongArgumentsError} */
export function readRepublish(argv: readonly string[]): RepublishArguments {
  const { values, positionals } = refusingWrongOptions(() => parseArgs({ args: [...argv], allowPositionals: true, options: OPTIONS }));
  const { failed, remove = [], reason, actor, wait, json, 'dry-run': dryRun } = values;
  const courseIds = [...new Set(positionals.map((course) => checked('A course', words(255), course)))];
  if (failed === courseIds.length > 0) throw new WrongArgumentsError(failed ? 'Name courses or say --failed, not both.' : 'Name a course, such as course-v1:AcmeX+BIO1+2026, or say --failed.');
  if (remove.length > 0 && courseIds.length !== 1) throw new WrongArgumentsError('--remove goes with exactly one course: say of which one the LMS may lose a mode.');
  if (dryRun && wait) throw new WrongArgumentsError('A dry run asks for nothing, so there is nothing to wait for.');
  if (!dryRun && reason === undefined) throw new WrongArgumentsError('Say why: --reason "...".');
  return {
    courseIds: failed ? null : courseIds,
    remove: [...new Set(remove.map((mode) => checked('--remove', words(100), mode)))],
    reason: reason === undefined ? '' : checked('--reason', words(500), reason),
    actor: actor === undefined ? `cli:${login()}` : checked('--actor', words(150), actor),
    dryRun,
    wait,
    json,
  };
}
