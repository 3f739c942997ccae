import type { FastifyInstance } from 'fastify';
import type { RateLimit } from '../access/rate-limit.js';
import type { FaultList } from '../faults/fault.list.js';
import type { Ledger } from '../ledger/ledger.js';
import type { LmsListener } from '../wire/lms-listener.js';
import { applySeed } from '../world/seed.js';
import type { World } from '../world/world.js';
import { ControlInput, readInput } from './control.input.js';

export interface ControlParts {
  readonly world: World;
  readonly faults: FaultList;
  readonly ledger: Ledger;
  readonly listener: LmsListener;
  readonly rateLimit: RateLimit;
  /** Called after a change that must survive a restart. */
  readonly onChange: () => void;
}

/** Break, mend and look: everything that a test or a curious person may do to the sandbox. */
export function addControlRoutes(app: FastifyInstance, parts: ControlParts): void {
  app.get('/health', () => ({ status: 'ok', lms: parts.listener.isOpen ? 'up' : 'outage', lmsUrl: parts.listener.url }));
  addFaultRoutes(app, parts);
  addOutageRoutes(app, parts);
  addLookRoutes(app, parts);
  addWorldRoutes(app, parts);
}

function addFaultRoutes(app: FastifyInstance, { faults }: ControlParts): void {
  app.get('/faults', () => faults.all());
  app.put('/faults', ({ body }) => {
    faults.replace(readInput(ControlInput.faults, body));
    return faults.all();
  });
  app.post('/faults', ({ body }) => {
    faults.add(readInput(ControlInput.fault, body));
    return faults.all();
  });
}

function addOutageRoutes(app: FastifyInstance, { listener }: ControlParts): void {
  app.post('/outage', async ({ body }) => {
    const { durationMs = null } = readInput(ControlInput.outage, body);
    await listener.shut(durationMs);
    return { lms: 'outage', durationMs };
  });
  app.delete('/outage', async (_request, reply) => {
    await listener.open();
    return reply.code(204).send();
  });
}

function addLookRoutes(app: FastifyInstance, { ledger, world }: ControlParts): void {
  app.get('/ledger', ({ query }) => ({ calls: ledger.find(readInput(ControlInput.ledgerFilter, query)) }));
  app.delete('/ledger', (_request, reply) => {
    ledger.clear();
    return reply.code(204).send();
  });
  app.get('/enrollments', ({ query }) => {
    const filter = readInput(ControlInput.enrollmentFilter, query);
    const found = filter.user === undefined ? world.enrollments.all() : world.enrollments.ofUser(filter.user);
    return found
      .filter(({ courseId }) => filter.courseId === undefined || courseId === filter.courseId)
      .map(({ username, ...enrollment }) => ({ user: username, ...enrollment }));
  });
  app.get('/entitlements', ({ query }) => {
    const { user } = readInput(ControlInput.entitlementFilter, query);
    return world.entitlements.all().filter(({ username }) => user === undefined || username === user).map(({ username, ...entitlement }) => ({ user: username, ...entitlement }));
  });
}

function addWorldRoutes(app: FastifyInstance, { world, faults, ledger, rateLimit, onChange }: ControlParts): void {
  app.post('/seed', ({ body }) => {
    const counts = applySeed(world, readInput(ControlInput.seed, body));
    onChange();
    return counts;
  });
  app.put('/clock', ({ body }) => {
    world.clock.shiftTo(readInput(ControlInput.clock, body).offsetMs);
    return { now: world.clock.nowIso() };
  });
  app.put('/rate-limits', ({ body }) => {
    rateLimit.enabled = readInput(ControlInput.rateLimits, body).enabled;
    return { enabled: rateLimit.enabled };
  });
  app.post('/reset', ({ body }, reply) => {
    readInput(ControlInput.nothing, body);
    world.forgetEnrollments();
    world.clock.shiftTo(0);
    faults.replace([]);
    ledger.clear();
    rateLimit.forget();
    onChange();
    return reply.code(204).send();
  });
}
