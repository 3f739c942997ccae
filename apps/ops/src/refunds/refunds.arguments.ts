import { parseArgs } from 'node:util';
import { ACCESS_TERMS, REFUND_STATUSES, type AccessTerms, type RefundStatus } from '#refunds';
import { z } from 'zod';
import { WrongArgumentsError, assertOnce, atMostOne, checked, refusingWrongOptions, words } from '../command/arguments.js';
import { login } from '../command/login.js';

const DECISIONS = ['approve', 'deny', 'retry'] as const;
export type RefundDecision = (typeof DECISIONS)[number];

/** What the command is to show, or to decide. */
export type RefundsArguments = ShownRefunds | ShownRefund | DecidedRefund;

export interface ShownRefunds {
  readonly act: 'list';
  /** Null: those that are not over. */
  readonly status: RefundStatus | null;
  readonly orderNumber: string | null;
  readonly json: boolean;
}

interface ShownRefund {
  readonly act: 'show';
  readonly number: string;
  readonly json: boolean;
}

export interface DecidedRefund {
  readonly act: RefundDecision;
  readonly number: string;
  readonly reason: string;
  readonly actor: string;
  /** What becomes of the access; undefined: as it was to. */
  readonly access: AccessTerms | undefined;
  /** Of an approved refund that names no lines: which are taken back. */
  readonly lineIds: readonly string[] | undefined;
  /** Of a refund that is tried again: what the gateway returned is taken for it. */
  readonly acceptReturned: boolean;
  readonly json: boolean;
}

export const SYNOPSIS = '[number] [--status S] [--order OF-...] | --approve N | --deny N | --retry N --reason "…" [options]';

export const HELP = `  number          show this refund, such as RF-100001: both halves, what happens next, every attempt
  --status S      list only these: ${REFUND_STATUSES.join(', ')}; those that are not over when it is left out. Newest first, at most 100
  --order OF-...  list only those of this order, whatever their status unless --status says so
  --approve N     approve this refund: its money goes back, then its access
  --deny N        deny it: nothing moves, what it holds goes on, and it may be asked for again
  --retry N       have the half tried again that failed for a lasting reason
  --reason "..."  why: it is kept with the refund. Goes with the three above
  --access A      with --approve and --retry: revoke, keep, or caller (who asked takes it back himself); as it was to when it is left out
  --line ID       with --approve, for a refund that names no lines: take this one back. Repeat it for each further one
  --accept-returned
                  with --retry, where the gateway returned less than it was asked for: take that for the refund. The rest may be returned by another one
  --actor NAME    in whose name; cli:<your login> when it is left out
  --json          answer in JSON

What is approved or tried again is due at once, and done by a worker at its next sweep. To deny what failed at its gateway, and to accept what that returned, it is asked first. docs/refunds.md tells what each status means.
`;

const OPTIONS = {
  status: { type: 'string' },
  order: { type: 'string' },
  approve: { type: 'string' },
  deny: { type: 'string' },
  retry: { type: 'string' },
  reason: { type: 'string' },
  access: { type: 'string' },
  line: { type: 'string', multiple: true },
  'accept-returned': { type: 'boolean', default: false },
  actor: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

const number = z.string().regex(/^[A-Za-z0-9-]{1,40}$/, 'must be a number, such as RF-100001');
const lineId = z.uuid('must be the id of a line: order OF-... shows it').toLowerCase();
const orderNumber = z.string().regex(/^[A-Za-z0-9-]{1,40}$/, 'must be an order number, such as OF-100001');

/** @throws {WrongArgumentsError} */
export function readRefunds(argv: readonly string[]): RefundsArguments {
  const { values, positionals, tokens } = refusingWrongOptions(() => parseArgs({ args: [...argv], allowPositionals: true, tokens: true, options: OPTIONS }));
  assertOnce(tokens, ['line', 'json']);
  const { status, order, reason, access, line, actor, json } = values;
  const shown = atMostOne(positionals);
  const acts = DECISIONS.filter((decision) => values[decision] !== undefined);
  const [act] = acts;
  if (acts.length + Number(shown !== undefined) > 1) throw new WrongArgumentsError('Do one thing at a time: show a refund, or --approve, --deny or --retry one.');
  if (status !== undefined || order !== undefined) {
    if (act !== undefined || shown !== undefined) throw new WrongArgumentsError('--status and --order choose which refunds are listed: they go with nothing else.');
  }
  if (act === undefined && (values['accept-returned'] || [reason, access, line, actor].some((value) => value !== undefined))) throw new WrongArgumentsError('--reason, --access, --line, --accept-returned and --actor go with --approve, --deny or --retry.');
  if (act !== undefined) return { act, number: checked(`--${act}`, number, values[act]), ...decision(act, values), json };
  if (shown !== undefined) return { act: 'show', number: checked('A refund', number, shown), json };
  return { act: 'list', status: status === undefined ? null : checked('--status', z.enum(REFUND_STATUSES, `must be one of ${REFUND_STATUSES.join(', ')}`), status), orderNumber: order === undefined ? null : checked('--order', orderNumber, order), json };
}

interface DecisionValues {
  readonly reason?: string | undefined;
  readonly access?: string | undefined;
  readonly line?: readonly string[] | undefined;
  readonly actor?: string | undefined;
  readonly 'accept-returned': boolean;
}

function decision(act: RefundDecision, { reason, access, line, actor, 'accept-returned': acceptReturned }: DecisionValues): Pick<DecidedRefund, 'reason' | 'actor' | 'access' | 'lineIds' | 'acceptReturned'> {
  if (reason === undefined) throw new WrongArgumentsError('Say why: --reason "...".');
  if (access !== undefined && act === 'deny') throw new WrongArgumentsError('--access goes with --approve and --retry.');
  if (line !== undefined && act !== 'approve') throw new WrongArgumentsError('--line goes with --approve.');
  if (acceptReturned && act !== 'retry') throw new WrongArgumentsError('--accept-returned goes with --retry.');
  return {
    acceptReturned,
    reason: checked('--reason', words(500), reason),
    actor: actor === undefined ? `cli:${login()}` : checked('--actor', words(150), actor),
    access: access === undefined ? undefined : checked('--access', z.enum(ACCESS_TERMS, `must be one of ${ACCESS_TERMS.join(', ')}`), access),
    lineIds: line === undefined ? undefined : [...new Set(line.map((id) => checked('--line', lineId, id)))],
  };
}
