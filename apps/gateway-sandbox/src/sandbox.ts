import type { FastifyInstance } from 'fastify';
import { Cashier } from './cashier/cashier.js';
import { buildControlApp } from './control/control.app.js';
import type { SandboxConfig } from './environment.js';
import { FaultList } from './faults/fault.list.js';
import { addPages } from './pages/pages.routes.js';
import { signingKey } from './paypal/certificate.js';
import { paypalDialect } from './paypal/paypal.dialect.js';
import { paypalResources } from './paypal/paypal.resources.js';
import { PaypalTokens } from './paypal/paypal.tokens.js';
import { stripeDialect } from './stripe/stripe.dialect.js';
import { stripeResources } from './stripe/stripe.resources.js';
import { Chronicle } from './webhooks/chronicle.js';
import { Dispatcher } from './webhooks/dispatcher.js';
import type { WebhookConfig } from './webhooks/targets.js';
import { CallHandler } from './wire/call-handler.js';
import { errorCode } from './wire/error-code.js';
import { buildGatewayApp } from './wire/gateway.app.js';
import { Idempotency } from './wire/idempotency.js';
import { Journal } from './world/journal.js';
import { World } from './world/world.js';

const HOST = '127.0.0.1';
const RETRY_DELAYS_MS = [500, 1000, 2000, 4000];

export interface Sandbox {
  readonly gatewayUrl: string;
  readonly controlUrl: string;
  /** Cuts every connection, also those that hang. */
  stop(): Promise<void>;
}

/** A port is taken. The message says which, and what to set. */
export class PortTakenError extends Error {
  override readonly name = 'PortTakenError';
}

/**
 * Starts both gateways and their control API.
 *
 * @throws {PortTakenError} when one of the ports is in use.
 * @throws {StateFileError} when the state file cannot be used.
 */
export async function startSandbox(config: SandboxConfig): Promise<Sandbox> {
  const world = new World();
  const journal = new Journal(world, config.stateFile);
  const stopping = new AbortController();
  const { gateway, control, dispatcher, address } = await build(config, { world, journal, whileUp: stopping.signal });
  const stop = async (): Promise<void> => {
    stopping.abort();
    dispatcher.stop();
    await Promise.all([gateway.close(), control.close()]);
    journal.close();
  };
  try {
    address.url = await takePort('GATEWAY_SANDBOX_PORT', gateway, config.port);
    const controlUrl = await takePort('GATEWAY_SANDBOX_CONTROL_PORT', control, config.controlPort);
    // Only now: whoever holds the ports may hold the file, too.
    journal.open();
    // What a process that was killed had on its way.
    dispatcher.wake(world.events.all().map(({ id }) => id));
    return { gatewayUrl: address.url, controlUrl, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Foundation {
  readonly world: World;
  readonly journal: Journal;
  readonly whileUp: AbortSignal;
}

async function build(config: SandboxConfig, { world, journal, whileUp }: Foundation) {
  const address = { url: '' };
  const selfUrl = (): string => address.url;
  const chronicle = new Chronicle(world, selfUrl);
  const cashier = new Cashier(world, (fact) => chronicle.write(fact));
  const webhooks: WebhookConfig = { stripeUrl: config.stripe.webhookUrl, paypalUrl: config.paypal.webhookUrl, stripeSecrets: [config.stripe.webhookSecret], retryDelaysMs: RETRY_DELAYS_MS };
  const key = await signingKey();
  const dispatcher = new Dispatcher({ world, config: webhooks, key, webhookId: config.paypal.webhookId, selfUrl, commit: () => journal.commit() });
  const commit = (): void => {
    journal.commit();
    dispatcher.wake(chronicle.takeFresh());
  };
  const restart = (): void => {
    world.clear();
    journal.restart();
  };
  const forgetKeys = (): void => {
    world.answers.clear();
    journal.restart();
  };
  const [faults, tokens] = [new FaultList(), new PaypalTokens(config.paypal)];
  const handler = new CallHandler({ world, faults, idempotency: new Idempotency(world), whileUp, commit, asOf: (call, work) => chronicle.asOf(call, work) });
  const gateway = buildGatewayApp({
    handler,
    stripe: { dialect: stripeDialect(config.stripe.secretKey), resources: stripeResources(world, cashier) },
    paypal: { dialect: paypalDialect(world, tokens), resources: paypalResources({ world, cashier, tokens, key, webhookId: config.paypal.webhookId }) },
    addPages: (app) => addPages(app, { world, cashier, commit }),
  });
  const control = buildControlApp({ world, cashier, faults, dispatcher, webhooks, tokens, gatewayUrl: selfUrl, commit, forgetKeys, restart });
  return { gateway, control, dispatcher, address };
}

async function takePort(variable: string, app: FastifyInstance, port: number): Promise<string> {
  try {
    return await app.listen({ host: HOST, port });
  } catch (error) {
    if (errorCode(error) !== 'EADDRINUSE') throw error;
    throw new PortTakenError(`Port ${port} is already in use; set ${variable} to a free one, or to 0 to take any.`, { cause: error });
  }
}
