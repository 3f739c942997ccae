import type { FastifyInstance } from 'fastify';
import { callsOf, ledgerOf } from '../ledger/ledger.js';
import { ControlInput, readInput } from './control.input.js';
import type { ControlParts } from './control.parts.js';
import { paymentBy } from './lookup.js';

interface ByReference {
  Params: { reference: string };
}

/** Looking, breaking, mending and beginning anew. */
export function addLookRoutes(app: FastifyInstance, parts: ControlParts): void {
  const { world, gatewayUrl } = parts;
  app.get('/control/health', () => ({ status: 'ok', gatewayUrl: gatewayUrl() }));
  app.get('/control/ledger', ({ query }) => ({
    payments: world.payments.all().map((payment) => ledgerOf(world, payment)),
    calls: callsOf(world, readInput(ControlInput.ledgerFilter, query)),
  }));
  app.get<ByReference>('/control/payments/:reference', ({ params }) => ledgerOf(world, paymentBy(world, params.reference)));
  app.put('/control/ways', ({ body }) => {
    const { refunds, captures } = readInput(ControlInput.ways, body);
    world.setWays({ ...(refunds !== undefined && { refunds }), ...(captures !== undefined && { captures }) });
    parts.commit();
    return { refunds: world.ways.refunds, captures: world.ways.captures };
  });
  addFaultRoutes(app, parts);
  addBeginningRoutes(app, parts);
}

function addFaultRoutes(app: FastifyInstance, { faults }: ControlParts): void {
  app.get('/control/faults', () => faults.all());
  app.put('/control/faults', ({ body }) => {
    faults.replace(readInput(ControlInput.faults, body));
    return faults.all();
  });
  app.post('/control/faults', ({ body }) => {
    faults.add(readInput(ControlInput.fault, body));
    return faults.all();
  });
  app.delete('/control/faults', (_request, reply) => {
    faults.replace([]);
    return reply.code(204).send();
  });
}

function addBeginningRoutes(app: FastifyInstance, { tokens, faults, dispatcher, forgetKeys, restart }: ControlParts): void {
  app.post('/control/tokens/expire', (_request, reply) => {
    tokens.expireAll();
    return reply.code(204).send();
  });
  app.post('/control/keys/forget', (_request, reply) => {
    forgetKeys();
    return reply.code(204).send();
  });
  app.post('/control/reset', ({ body }, reply) => {
    readInput(ControlInput.nothing, body);
    dispatcher.stop();
    faults.replace([]);
    restart();
    return reply.code(204).send();
  });
}
