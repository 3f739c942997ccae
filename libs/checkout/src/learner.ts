import type { NewOrder } from '#orders';
import { CheckoutForbiddenError } from './checkout.errors.js';
import type { Caller, CheckoutRequest } from './checkout.request.js';

/** A learner buys for himself; staff may name somebody else, whose own address is then not known. @throws {CheckoutForbiddenError} */
export function learnerOf({ learner }: Pick<CheckoutRequest, 'learner'>, caller: Caller): NewOrder['learner'] {
  if (!learner || learner.username === caller.username) {
    return { username: caller.username, email: caller.email ?? learner?.email ?? null, address: caller.address };
  }
  if (!caller.isStaff) throw new CheckoutForbiddenError('not_your_learner', '/learner/username', 'A learner buys for himself; only staff may name somebody else.');
  return { username: learner.username, email: learner.email ?? null, address: null };
}
