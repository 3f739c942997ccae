import type { Fields } from '../wire/fields.js';
import { early, type StripeParams } from './stripe.params.js';
import { missingResource } from './stripe.error.js';

const USUAL_LIMIT = 10;
const MOST = 100;

interface Listed {
  readonly id: string;
}

/** One page of Stripe's lists, the newest first. `rows` come in that order. */
export function pageOf<Row extends Listed>(rows: readonly Row[], params: StripeParams, view: (row: Row) => Fields, url: string): Fields {
  const limit = params.integer('limit') ?? USUAL_LIMIT;
  if (limit < 1 || limit > MOST) throw early(`Invalid integer: limit must be between 1 and ${MOST}`, undefined, 'limit');
  const [after, before] = [params.text('starting_after'), params.text('ending_before')];
  if (after !== null && before !== null) throw early('You can only provide one of starting_after and ending_before.', undefined, 'starting_after');
  const page = before === null ? rows.slice(startOf(rows, after, 'starting_after'), startOf(rows, after, 'starting_after') + limit) : rows.slice(0, indexOf(rows, before, 'ending_before')).slice(-limit);
  const [edge] = before === null ? page.slice(-1) : page;
  const last = before === null ? rows.at(-1) : rows[0];
  return { object: 'list', data: page.map(view), has_more: edge !== undefined && edge.id !== last?.id, url };
}

function startOf(rows: readonly Listed[], after: string | null, param: string): number {
  return after === null ? 0 : indexOf(rows, after, param) + 1;
}

function indexOf(rows: readonly Listed[], id: string, param: string): number {
  const index = rows.findIndex((row) => row.id === id);
  if (index < 0) throw missingResource('object', id, param);
  return index;
}
