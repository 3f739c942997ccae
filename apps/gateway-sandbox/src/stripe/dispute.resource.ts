import type { Dispute } from '../world/records.js';
import type { World } from '../world/world.js';
import { json } from '../wire/answer.js';
import type { GatewayCall, Resource } from '../wire/dialect.js';
import { chargeOf } from './charge.resource.js';
import { Expansion } from './expansion.js';
import { intentOf } from './intent.resource.js';
import { secondsOf } from './intent.view.js';
import { disputeView } from './return.view.js';
import { missingResource } from './stripe.error.js';
import { readForm } from './stripe.form.js';
import { pageOf } from './stripe.list.js';
import { StripeParams } from './stripe.params.js';

/** `/v1/disputes`, to be read only. */
export function disputeResources(world: World): readonly Resource[] {
  const expansion = new Expansion(world);
  const isStripes = ({ paymentId }: Dispute): boolean => world.payments.get(paymentId)?.gateway === 'stripe';
  const viewOf = (dispute: Dispute) => disputeView(intentOf(world, dispute.paymentId, 'payment_intent'), dispute);
  const list = ({ query, path }: GatewayCall) => {
    const params = new StripeParams(readForm(query)).allowOnly('payment_intent', 'charge', 'created', 'limit', 'starting_after', 'ending_before');
    const [intent, charge] = [params.text('payment_intent'), params.text('charge')];
    const paymentId = intent === null ? (charge === null ? null : chargeOf(world, charge, 'charge').payment.id) : intentOf(world, intent, 'payment_intent').id;
    const fits = params.range('created');
    const rows = world.disputes.newestFirst().filter((dispute) => isStripes(dispute) && (paymentId === null || dispute.paymentId === paymentId) && fits(secondsOf(dispute.createdAt)));
    return json(200, expansion.expand(pageOf(rows, params, viewOf, path), params.list('expand')));
  };
  const get = ({ params: { id = '' }, query }: GatewayCall) => {
    const dispute = world.disputes.get(id);
    if (dispute === undefined || !isStripes(dispute)) throw missingResource('dispute', id, 'id');
    return json(200, expansion.expand(viewOf(dispute), new StripeParams(readForm(query)).allowOnly().list('expand')));
  };
  return [
    { path: '/v1/disputes', operations: { GET: list } },
    { path: '/v1/disputes/:id', operations: { GET: get } },
  ];
}
