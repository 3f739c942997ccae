import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { queueOf, sendAll } from '../webhooks/release.js';
import type { Spoiling, WebhookConfig } from '../webhooks/targets.js';
import type { WebhookDelivery, WebhookEvent } from '../world/records.js';
import { ControlInput, readInput } from './control.input.js';
import type { ControlParts } from './control.parts.js';
import { eventBy, paymentBy } from './lookup.js';

interface ById {
  Params: { id: string };
}

/** When and how events reach the shop. */
export function addWebhookRoutes(app: FastifyInstance, parts: ControlParts): void {
  const { world, webhooks } = parts;
  app.get('/control/webhooks', ({ query }) => {
    const { state, payment } = readInput(ControlInput.eventFilter, query);
    const paymentId = payment === undefined ? undefined : paymentBy(world, payment).id;
    const found = world.events.all().filter((event) => (state === undefined || event.state === state) && (paymentId === undefined || event.paymentId === paymentId));
    return { mode: world.ways.webhooks, events: found.map(shown) };
  });
  app.put('/control/webhooks', ({ body }) => {
    const { mode, ...changes } = readInput(ControlInput.webhooks, body);
    configure(webhooks, changes);
    if (mode !== undefined) world.setWays({ webhooks: mode });
    parts.commit();
    return { mode: world.ways.webhooks, stripeUrl: webhooks.stripeUrl, paypalUrl: webhooks.paypalUrl, retryDelaysMs: webhooks.retryDelaysMs };
  });
  app.post('/control/webhooks/release', async ({ body }) => {
    const wish = readInput(ControlInput.release, body);
    const held = world.events.all().filter(({ state }) => state === 'held');
    return { sent: await sendAll(queueOf(held, wish), (event) => send(parts, event), wish) };
  });
  app.post<ById>('/control/webhooks/:id/send', async ({ params, body }) => {
    const { spoil, ...wish } = readInput(ControlInput.send, body);
    const queue = queueOf([eventBy(world, params.id)], { order: 'in', seed: 1, repeat: wish.repeat });
    return { sent: await sendAll(queue, (event) => send(parts, event, spoil), wish) };
  });
}

async function send({ dispatcher }: ControlParts, event: WebhookEvent, spoil?: Spoiling): Promise<{ eventId: string; type: string } & Omit<WebhookDelivery, 'at'>> {
  const delivery = await dispatcher.send(event, spoil);
  return { eventId: event.id, type: event.type, status: delivery?.status ?? null, error: delivery === null ? 'there is no address to send it to' : delivery.error };
}

function shown({ body, ...event }: WebhookEvent): Omit<WebhookEvent, 'body'> & { readonly content: unknown } {
  return { ...event, content: JSON.parse(body) as unknown };
}

function configure(webhooks: WebhookConfig, changes: Omit<z.output<typeof ControlInput.webhooks>, 'mode'>): void {
  const given = Object.entries(changes).filter(([, value]) => value !== undefined);
  Object.assign(webhooks, Object.fromEntries(given));
}
