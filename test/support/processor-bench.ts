import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { Test } from '@nestjs/testing';
import type { LedgerEntry, ProcessorUnderTest, Scenario, StandIn } from '../../libs/payments/src/conformance/index.js';
import type { PaymentProcessor } from '../../libs/payments/src/contract/payment-processor.js';
import type { ProcessorModule } from '../../libs/payments/src/contract/processor-module.js';
import { GatewayControl, type GatewayFault } from './gateway-control.js';
import { startGateway } from './processes.js';

type RunningSandbox = Awaited<ReturnType<typeof startGateway>>;
type Posted = { readonly body: Buffer; readonly headers: IncomingHttpHeaders };

/** Paths of one gateway in the sandbox that speaks as two. */
export interface GatewayPaths {
  /** Where calls are that may go wrong; not that for tokens. */
  readonly faulty: readonly string[];
  readonly isAside: (path: string) => boolean;
  /** The headers of a webhook that make up its signature. */
  readonly signature: RegExp;
}

/** What its faults are called in the sandbox. It cannot drip. */
const FAULTS: Readonly<Partial<Record<Scenario, GatewayFault>>> = {
  unavailable: { kind: 'status', status: 503 },
  throttled: { kind: 'status', status: 429, headers: { 'Retry-After': '7' }, body: {} },
  refusesUs: { kind: 'status', status: 401, body: {} },
  hangBefore: { kind: 'hang_before' },
  hangAfter: { kind: 'hang_after' },
  resetBefore: { kind: 'reset_before' },
  resetAfter: { kind: 'reset_after' },
  garbage: { kind: 'truncated' },
  errorBody: { kind: 'error_body' },
};

/** The sandbox gateway, as the conformance suite of payment processors steers a stand-in. Its events are held, and sent to this program when they are asked for. */
export class SandboxStandIn implements StandIn {
  readonly scenarios: ReadonlySet<Scenario> = new Set(['normal', ...(Object.keys(FAULTS) as Scenario[])]);
  private sandbox: RunningSandbox | null = null;
  private port = '0';
  private readonly posted: Posted[] = [];
  private readonly mailbox: Server = createServer((request, response) => {
    void buffer(request).then((body) => {
      this.posted.push({ body, headers: request.headers });
      response.end();
    });
  });

  constructor(
    private readonly env: Readonly<Record<string, string>>,
    private readonly paths: GatewayPaths,
  ) {}

  get url(): string {
    return this.running.url;
  }

  get control(): GatewayControl {
    return new GatewayControl(this.running.controlUrl);
  }

  async start(): Promise<void> {
    this.sandbox = await startGateway({ ...this.env, GATEWAY_SANDBOX_PORT: this.port });
    this.port = new URL(this.sandbox.url).port;
    if (!this.mailbox.listening) await new Promise<void>((resolve) => this.mailbox.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(this.mailbox.address() as AddressInfo).port}/`;
    await this.control.configureWebhooks({ mode: 'hold', stripeUrl: url, paypalUrl: url });
  }

  async stop(): Promise<void> {
    await this.running.stop();
    this.mailbox.unref();
  }

  reset(): Promise<void> {
    return this.control.reset();
  }

  async respond(scenario: Scenario, calls: 'changes' | 'all'): Promise<void> {
    const fault = FAULTS[scenario];
    const met = fault ? this.paths.faulty.map((path) => ({ ...fault, path, ...(calls === 'changes' && { method: 'POST' }) })) : [];
    await this.control.faults(...met);
  }

  async callCount(): Promise<number> {
    return (await this.countedCalls()).length;
  }

  async changeCount(): Promise<number> {
    return (await this.countedCalls()).filter(({ method }) => method !== 'GET').length;
  }

  /** The sandbox refuses it where it is too late. */
  async agree(reference: string): Promise<void> {
    await this.control.pay(reference).catch(() => undefined);
  }

  async decline(reference: string): Promise<void> {
    await this.control.decline(reference);
  }

  async returnInConsole(reference: string, amountMinor: number): Promise<void> {
    await this.control.refundInConsole(reference, amountMinor);
  }

  async deliver(reference: string): Promise<{ readonly body: Buffer; readonly headers: IncomingHttpHeaders }> {
    const event = (await this.control.events({ payment: reference })).at(-1);
    if (!event) throw new Error(`The sandbox has no event about ${reference}.`);
    await this.control.send(event.id);
    const { body, headers } = this.posted.at(-1) ?? { body: Buffer.alloc(0), headers: {} };
    return { body, headers: Object.fromEntries(Object.entries(headers).filter(([name]) => this.paths.signature.test(name))) };
  }

  async ledger(): Promise<readonly LedgerEntry[]> {
    return (await this.control.payments()).map(({ id, amountMinor, currency, capturedMinor, refundedMinor }) => ({ reference: id, amountMinor, currency, capturedMinor, refundedMinor }));
  }

  private get running(): RunningSandbox {
    if (this.sandbox === null) throw new Error('The sandbox does not run: call start() first.');
    return this.sandbox;
  }

  private async countedCalls() {
    return (await this.control.calls()).filter(({ path }) => !this.paths.isAside(path));
  }
}

/** A processor, wired as in production. */
export async function wiredProcessor<Options>(processor: ProcessorModule<Options>, written: unknown, timeoutMs: number): Promise<ProcessorUnderTest> {
  const token = Symbol(processor.manifest.name);
  const plugin = processor.register({ token, name: processor.manifest.name, options: processor.manifest.options.parse(written), timeoutMs });
  const app = await Test.createTestingModule({ imports: [plugin] }).compile();
  return { processor: app.get<PaymentProcessor>(token, { strict: false }), close: () => app.close() };
}
