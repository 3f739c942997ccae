import { parseArgs } from 'node:util';
import { z } from 'zod';
import { WrongArgumentsError, checked, refusingWrongOptions, words } from '../command/arguments.js';
import { login } from '../command/login.js';

/** A moment, or so long ago. */
export type Moment = { readonly at: Date } | { readonly agoMs: number };

export interface ReconcileArguments {
  /** Null: every gateway of the map. */
  readonly processor: string | null;
  readonly since: Moment;
  readonly until: Moment;
  /** In whose name what is safe to repair is repaired; null: nothing is written. */
  readonly repairedBy: string | null;
  readonly json: boolean;
}

const OPTIONS = {
  processor: { type: 'string' },
  since: { type: 'string', default: '3d' },
  until: { type: 'string', default: '0h' },
  repair: { type: 'boolean', default: false },
  actor: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

const HOUR_MS = 60 * 60 * 1_000;
const UNIT_MS: Readonly<Record<string, number>> = { h: HOUR_MS, d: 24 * HOUR_MS };
const LONGEST_DAYS = 366;
const MOMENT = 'must be a span up to now such as 12h or 2d, or an RFC 3339 time such as 2026-11-22T10:00:00Z';

const moment: z.ZodType<Moment> = z.union(
  [
    z.string().regex(/^\d{1,5}[hd]$/).transform((text) => ({ agoMs: Number(text.slice(0, -1)) * (UNIT_MS[text.slice(-1)] ?? 0) })),
    z.iso.datetime({ offset: true }).transform((text) => ({ at: new Date(text) })),
  ],
  { error: MOMENT },
);
const processorName = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'must be a name in the map of payment processors: lower case letters, digits and - only');

/** @throws {WrongArgumentsError} */
export function readReconcile(argv: readonly string[]): ReconcileArguments {
  const { processor, since, until, repair, actor, json } = refusingWrongOptions(() => parseArgs({ args: [...argv], options: OPTIONS })).values;
  if (!repair && actor !== undefined) throw new WrongArgumentsError('An actor goes with a change: say --repair as well.');
  return {
    processor: processor === undefined ? null : checked('--processor', processorName, processor),
    since: checked('--since', moment, since),
    until: checked('--until', moment, until),
    repairedBy: repair ? (actor === undefined ? `cli:${login()}` : checked('--actor', words(150), actor)) : null,
    json,
  };
}

/** The window, as it is at this moment. @throws {WrongArgumentsError} when it holds no time, or has not been yet. */
export function windowOf({ since, until }: Pick<ReconcileArguments, 'since' | 'until'>, now: Date): { readonly since: Date; readonly until: Date } {
  const window = { since: momentOf(since, now), until: momentOf(until, now) };
  if (window.until > now) throw new WrongArgumentsError('--until must not lie in the future.');
  if (window.since >= window.until) throw new WrongArgumentsError('--since must be before --until.');
  if (window.until.getTime() - window.since.getTime() > LONGEST_DAYS * 24 * HOUR_MS) throw new WrongArgumentsError(`From --since to --until there may be ${LONGEST_DAYS} days at most: compare a longer time in parts.`);
  return window;
}

function momentOf(when: Moment, now: Date): Date {
  return 'at' in when ? when.at : new Date(now.getTime() - when.agoMs);
}
