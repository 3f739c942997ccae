import { empty, json, type LmsAnswer } from '../wire/lms-answer.js';
import { faultAnswer } from './fault.answer.js';
import type { Fault } from './fault.schema.js';

const REDIRECT_STATUS = 302;
/** Said to be JSON, and is not. */
const UNREADABLE = '{"created": "2026-0\u0000\u001f]]';

/** How an answer leaves, or does not. */
export type Delivery =
  | { readonly kind: 'answer'; readonly answer: LmsAnswer }
  /** The connection is reset. */
  | { readonly kind: 'reset' }
  /** Nothing is ever sent. */
  | { readonly kind: 'silence' }
  | { readonly kind: 'drip'; readonly answer: LmsAnswer; readonly ms: number }
  | { readonly kind: 'flood'; readonly answer: LmsAnswer; readonly bytes: number };

/** What a fault does instead of the call's work, or null where the work is done first. */
export function deliveryInstead(fault: Fault): Delivery | null {
  switch (fault.kind) {
    case 'status':
      return { kind: 'answer', answer: faultAnswer(fault) };
    case 'redirect':
      return { kind: 'answer', answer: { ...empty(REDIRECT_STATUS), headers: { Location: fault.location } } };
    case 'reset_before':
      return { kind: 'reset' };
    case 'hang_before':
      return { kind: 'silence' };
    default:
      return null;
  }
}

/** What a fault makes of an answer whose work is done. */
export function deliveryAfter(fault: Fault | null, answer: LmsAnswer): Delivery {
  switch (fault?.kind) {
    case 'status_after':
      return { kind: 'answer', answer: faultAnswer(fault) };
    case 'reset_after':
      return { kind: 'reset' };
    case 'hang_after':
      return { kind: 'silence' };
    case 'null_body':
      return { kind: 'answer', answer: json(200, null) };
    case 'garbage':
      return { kind: 'answer', answer: { ...json(200, null), body: UNREADABLE } };
    case 'slow_drip':
      return { kind: 'drip', answer, ms: fault.ms };
    case 'huge_body':
      return { kind: 'flood', answer, bytes: fault.bytes };
    default:
      return { kind: 'answer', answer };
  }
}
