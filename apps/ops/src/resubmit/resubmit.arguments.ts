import { parseArgs } from 'node:util';
import { isEmptyFilter, type ResubmissionFilter } from '#orders';
import { WrongArgumentsError, checked, refusingWrongOptions, words } from '../command/arguments.js';
import { login } from '../command/login.js';
import { FILTER_OPTIONS, readFilter } from '../filter/line-filter.js';

export interface ResubmitArguments {
  readonly filter: ResubmissionFilter;
  readonly reason: string;
  readonly actor: string;
  /** An empty filter is meant. */
  readonly all: boolean;
  readonly refreshDetails: boolean;
  readonly dryRun: boolean;
  readonly wait: boolean;
  readonly json: boolean;
}

export const SYNOPSIS = '[filters] --reason "…" [options]';

export const HELP = `Filters; all that are given must hold:
  --kind K              configuration, network, timeout, server, rejected, throttled, unknown, or none (not tried yet)
  --type T              the product type
  --course C            the course run, such as course-v1:AcmeX+BIO1+2026
  --sku S
  --learner U           the username
  --order N             the order's number
  --status S            waiting (tried again by itself) or failed (waits for an operator)
  --paid-before T       an RFC 3339 time, such as 2026-11-22T10:00:00Z
  --paid-after T
  --given-up            only lines that were given up; they are left alone otherwise
  --filter key=value    the same by the keys of the HTTP API: failureKind, productType, courseId, sku, learner, orderNumber,
                        status, paidBefore, paidAfter, givenUp. Repeat it for each further one

Options:
  --dry-run             say how many lines it would be, with a sample, and write nothing
  --reason "..."        why: it goes into each order's history. Not needed for a dry run
  --actor NAME          in whose name; cli:<your login> when it is left out
  --all                 an empty filter is meant
  --refresh-details     deliver by the products' details of today, so that a repaired product can be delivered
  --no-wait             do not wait for the workers. Ctrl-C while waiting leaves the operation running as well
  --json                answer in JSON

Held lines and lines that are being worked on are left alone. Exit code 0 says that each line had its turn, and not that
each was delivered: the summary counts them by what came of them.
`;

const OPTIONS = {
  ...FILTER_OPTIONS,
  reason: { type: 'string' },
  actor: { type: 'string' },
  all: { type: 'boolean', default: false },
  'refresh-details': { type: 'boolean', default: false },
  'dry-run': { type: 'boolean', default: false },
  'no-wait': { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
} as const;

/** @throws {WrongArgumentsError} */
export function readResubmit(argv: readonly string[]): ResubmitArguments {
  const { reason, actor, all, json, 'dry-run': dryRun, 'no-wait': noWait, 'refresh-details': refreshDetails, ...filters } = refusingWrongOptions(() => parseArgs({ args: [...argv], options: OPTIONS })).values;
  const filter = readFilter(filters);
  if (!dryRun && isEmptyFilter(filter) && !all) throw new WrongArgumentsError('This filter matches every unfinished line. Narrow it, or add --all if that is what you want. A dry run (--dry-run) tells how many there are.');
  if (!dryRun && reason === undefined) throw new WrongArgumentsError('Say why: --reason "...".');
  return {
    filter,
    reason: reason === undefined ? '' : checked('--reason', words(500), reason),
    actor: actor === undefined ? `cli:${login()}` : checked('--actor', words(150), actor),
    all,
    refreshDetails,
    dryRun,
    wait: !noWait,
    json,
  };
}
