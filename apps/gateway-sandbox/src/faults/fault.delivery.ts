import { STATUS_CODES } from 'node:http';
import { empty, html, json, type Answer } from '../wire/answer.js';
import type { Gateway } from '../world/records.js';
import type { Fault } from './fault.schema.js';

/** How an answer leaves, or does not. */
export type Delivery =
  | { readonly kind: 'answer'; readonly answer: Answer }
  /** The connection is reset. */
  | { readonly kind: 'reset' }
  /** Nothing is ever sent. */
  | { readonly kind: 'silence' };

/** What a fault does instead of the call's work, or null where the work is done first. */
export function deliveryInstead(fault: Fault | null): Delivery | null {
  switch (fault?.kind) {
    case 'status':
      return { kind: 'answer', answer: toldAnswer(fault) };
    case 'reset_before':
      return { kind: 'reset' };
    case 'hang_before':
      return { kind: 'silence' };
    default:
      return null;
  }
}

/** What a fault makes of an answer whose work is done. */
export function deliveryAfter(fault: Fault | null, answer: Answer, gateway: Gateway): Delivery {
  switch (fault?.kind) {
    case 'status_after':
      return { kind: 'answer', answer: toldAnswer(fault) };
    case 'reset_after':
      return { kind: 'reset' };
    case 'hang_after':
      return { kind: 'silence' };
    case 'error_body':
      return { kind: 'answer', answer: json(200, errorBody(gateway)) };
    case 'null_body':
      return { kind: 'answer', answer: json(200, null) };
    case 'truncated':
      return { kind: 'answer', answer: { ...answer, body: answer.body.slice(0, Math.floor(answer.body.length / 2)) } };
    default:
      return { kind: 'answer', answer };
  }
}

type StatusFault = Extract<Fault, { readonly status: number }>;

function toldAnswer({ status, body, headers = {}, kept = false }: StatusFault): Answer {
  const answer = body === undefined ? usualAnswer(status) : typeof body === 'string' ? html(status, body) : json(status, body);
  return { ...answer, kept, headers };
}

/** What a reverse proxy says while nobody answers behind it. */
function usualAnswer(status: number): Answer {
  if (status === 204 || status === 304) return empty(status);
  const title = `${status} ${STATUS_CODES[status] ?? 'Unknown'}`;
  return html(status, `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`);
}

function errorBody(gateway: Gateway): unknown {
  if (gateway === 'stripe') return { error: { message: 'An unknown error occurred', type: 'api_error' } };
  return { name: 'INTERNAL_SERVER_ERROR', message: 'An internal server error has occurred.', debug_id: '0000000000000', links: [] };
}
