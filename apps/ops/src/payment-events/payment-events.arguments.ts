import { parseArgs } from 'node:util';
import { INBOX_STATUSES, type InboxFilter } from '#payments';
import { z } from 'zod';
import { WrongArgumentsError, atMostOne, checked, refusingWrongOptions, words } from '../command/arguments.js';
import { login } from '../command/login.js';

interface InWhoseName {
  readonly actor: string;
  readonly reason: string;
}

export interface PaymentEventsArguments {
  readonly wanted: { readonly list: InboxFilter } | { readonly show: string } | ({ readonly replay: string } & InWhoseName) | ({ readonly dismiss: string } & InWhoseName);
  readonly json: boolean;
}

const OPTIONS = {
  status: { type: 'string' },
  processor: { type: 'string' },
  order: { type: 'string' },
  replay: { type: 'string' },
  dismiss: { type: 'string' },
  reason: { type: 'string' },
  actor: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

const status = z.enum(INBOX_STATUSES, { error: `must be one of ${INBOX_STATUSES.join(', ')}` });
const eventId = z.uuid('must be the id of an event: the first column of the list');

/** @throws {WrongArgumentsError} */
export function readPaymentEvents(argv: readonly string[]): PaymentEventsArguments {
  const { values, positionals } = refusingWrongOptions(() => parseArgs({ args: [...argv], allowPositionals: true, options: OPTIONS }));
  const { replay, dismiss, reason, actor, json } = values;
  const shown = atMostOne(positionals);
  const list: InboxFilter = {
    status: values.status === undefined ? undefined : checked('--status', status, values.status),
    processor: values.processor === undefined ? undefined : checked('--processor', words(64), values.processor),
    orderNumber: values.order === undefined ? undefined : checked('--order', words(64), values.order),
  };
  const isNarrowed = Object.values(list).some((value) => value !== undefined);
  if ([shown !== undefined, replay !== undefined, dismiss !== undefined, isNarrowed].filter(Boolean).length > 1) throw new WrongArgumentsError('Name an event, narrow the list, or have one replayed or dismissed: one of them.');
  const changed = replay ?? dismiss;
  if (changed === undefined && (reason !== undefined || actor !== undefined)) throw new WrongArgumentsError('A reason goes with a change: say --replay or --dismiss as well.');
  if (shown !== undefined) return { wanted: { show: checked('The event', eventId, shown) }, json };
  if (changed === undefined) return { wanted: { list }, json };
  if (reason === undefined) throw new WrongArgumentsError('Say why: --reason "...".');
  const inWhoseName = { actor: actor === undefined ? `cli:${login()}` : checked('--actor', words(150), actor), reason: checked('--reason', words(500), reason) };
  return { wanted: replay === undefined ? { dismiss: checked('--dismiss', eventId, dismiss), ...inWhoseName } : { replay: checked('--replay', eventId, replay), ...inWhoseName }, json };
}
