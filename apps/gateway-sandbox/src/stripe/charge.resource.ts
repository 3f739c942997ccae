import type { Payment, Taking } from '../world/records.js';
import type { World } from '../world/world.js';
import { json } from '../wire/answer.js';
import type { GatewayCall, Resource } from '../wire/dialect.js';
import { chargeView } from './charge.view.js';
import { Expansion } from './expansion.js';
import { missingResource } from './stripe.error.js';
import { readForm } from './stripe.form.js';
import { StripeParams } from './stripe.params.js';

export function chargeResources(world: World): readonly Resource[] {
  const get = ({ params: { id = '' }, query }: GatewayCall) => {
    const { payment, taking } = chargeOf(world, id, 'id');
    return json(200, new Expansion(world).expand(chargeView(world, payment, taking), new StripeParams(readForm(query)).allowOnly().list('expand')));
  };
  return [{ path: '/v1/charges/:id', operations: { GET: get } }];
}

/** @throws {StripeError} when there is no such charge. */
export function chargeOf(world: World, id: string, param: string): { readonly payment: Payment; readonly taking: Taking } {
  const payment = world.payments.all().find(({ gateway, takings }) => gateway === 'stripe' && takings.some((taking) => taking.id === id));
  const taking = payment?.takings.find((one) => one.id === id);
  if (payment === undefined || taking === undefined) throw missingResource('charge', id, param);
  return { payment, taking };
}
