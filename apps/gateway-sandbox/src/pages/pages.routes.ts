import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Refusal } from '../cashier/refusal.js';
import { html, type Answer } from '../wire/answer.js';
import { escaped } from './page.html.js';
import { isOwnPage, pressedOf, type PageParts } from './page.parts.js';
import { pressOrder, showOrder } from './paypal.page.js';
import { pressIntent, queryOf, showIntent } from './stripe.page.js';

interface ById {
  Params: { id: string };
}

/** The pages where a person buys in the demo. What they do is no call to the gateway, and is not in its ledger of calls. */
export function addPages(app: FastifyInstance, parts: PageParts): void {
  app.get<ById>('/pay/:id', (request, reply) => show(reply, () => showIntent(parts, request.params.id, queryOf(request))));
  app.post<ById>('/pay/:id', (request, reply) => press(request, reply, () => pressIntent(parts, request.params.id, pressedOf(request))));
  app.get('/checkoutnow', (request, reply) => show(reply, () => showOrder(parts, queryOf(request).get('token') ?? '')));
  app.post('/checkoutnow', (request, reply) => press(request, reply, () => pressOrder(parts, pressedOf(request))));
}

function press(request: FastifyRequest, reply: FastifyReply, work: () => Answer): FastifyReply {
  return show(reply, isOwnPage(request) ? work : () => html(403, '<!doctype html><title>Refused</title><h1>Another page may not press these buttons.</h1>'));
}

function show(reply: FastifyReply, work: () => Answer): FastifyReply {
  const { status, headers, body, contentType } = answerOf(work);
  const policy = { 'cache-control': 'no-store', 'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'", 'referrer-policy': 'same-origin' };
  return reply.code(status).headers({ ...policy, ...headers, ...(contentType !== null && { 'content-type': contentType }) }).send(body);
}

function answerOf(work: () => Answer): Answer {
  try {
    return work();
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown;
    return html(409, `<!doctype html><title>Refused</title><h1>${escaped(thrown.message)}</h1>`);
  }
}
