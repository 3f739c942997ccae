import type { FastifyInstance } from 'fastify';
import { AUTHENTICATION_FAILED } from '../cashier/payment.cashier.js';
import { ledgerOf } from '../ledger/ledger.js';
import type { Dispute, Payment, Refund } from '../world/records.js';
import { ControlInput, readInput } from './control.input.js';
import type { ControlParts } from './control.parts.js';
import { disputeBy, paymentBy, refundBy } from './lookup.js';

interface ByReference {
  Params: { reference: string };
}

interface ById {
  Params: { id: string };
}

/** What buyers, their banks and people at the gateway's console do. The answer shows the payment with all of its money. */
export function addBuyerRoutes(app: FastifyInstance, parts: ControlParts): void {
  for (const [name, step] of Object.entries(stepsOf(parts))) {
    app.post<ByReference>(`/control/payments/:reference/${name}`, ({ params, body }) => {
      const { id } = step(paymentBy(parts.world, params.reference), body);
      parts.commit();
      return ledgerOf(parts.world, paymentBy(parts.world, id));
    });
  }
  addLaterRoutes(app, parts);
}

function stepsOf({ cashier: { payments } }: ControlParts): Record<string, (payment: Payment, body: unknown) => Payment> {
  const plain = (step: (payment: Payment) => Payment) => (payment: Payment, body: unknown) => {
    readInput(ControlInput.nothing, body);
    return step(payment);
  };
  // At PayPal a buyer only agrees, and the shop takes the money; once it is under review there, it is PayPal who ends that.
  const isAgreement = ({ gateway, status }: Payment): boolean => gateway === 'paypal' && status !== 'processing';
  return {
    pay: plain((payment) => (isAgreement(payment) ? payments.approve(payment) : payments.capture(payment))),
    approve: plain((payment) => payments.approve(payment)),
    decline: plain((payment) => (isAgreement(payment) ? payments.approve(payment, true) : payments.decline(payment))),
    'require-action': plain((payment) => payments.requireAction(payment)),
    'complete-action': plain((payment) => payments.capture(payment)),
    'fail-action': plain((payment) => payments.decline(payment, AUTHENTICATION_FAILED)),
    process: plain((payment) => payments.startTaking(payment)),
    cancel: plain((payment) => payments.cancel(payment)),
  };
}

function addLaterRoutes(app: FastifyInstance, { world, cashier, commit }: ControlParts): void {
  const done = <Row extends Refund | Dispute>(row: Row): Row => {
    commit();
    return row;
  };
  app.post<ByReference>('/control/payments/:reference/refund', ({ params, body }) =>
    done(cashier.refunds.refund(paymentBy(world, params.reference), { ...readInput(ControlInput.refund, body), origin: 'console', reason: 'requested_by_customer' })),
  );
  app.post<ByReference>('/control/payments/:reference/dispute', ({ params, body }) => done(cashier.disputes.open(paymentBy(world, params.reference), readInput(ControlInput.dispute, body))));
  app.post<ById>('/control/disputes/:id/close', ({ params, body }) => done(cashier.disputes.close(disputeBy(world, params.id), readInput(ControlInput.close, body).outcome)));
  app.post<ById>('/control/refunds/:id/fail', ({ params, body }) => done(cashier.refunds.fail(refundBy(world, params.id), readInput(ControlInput.failure, body).reason)));
  app.post<ById>('/control/refunds/:id/succeed', ({ params, body }) => {
    readInput(ControlInput.nothing, body);
    return done(cashier.refunds.succeed(refundBy(world, params.id)));
  });
}
