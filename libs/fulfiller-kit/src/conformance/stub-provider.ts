import { type IncomingHttpHeaders, type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Acceptance, Provider, Scenario } from './harness.js';

const DRIP_INTERVAL_MS = 25;
const READS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

export interface StubCall {
  readonly method: string;
  /** Path and query, as sent. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** The body's JSON; undefined when it has none. */
  readonly body: unknown;
}

export interface StubAnswer {
  readonly status: number;
  /** Sent as JSON; left out: an empty body. */
  readonly body?: unknown;
}

/** What a provider does when nothing goes wrong: written by the author of the fulfiller. */
export interface StubService {
  answer(call: StubCall): StubAnswer;
  /** Products that are there now. */
  deliveredCount(): number;
  /** Forgets all deliveries. */
  clear(): void;
  /** Whether a call would change something. Left out: every call but GET and HEAD. */
  isChange?(call: StubCall): boolean;
  /** Of a provider that may accept a line and deliver it later. */
  readonly acceptance?: StubAcceptance;
}

export interface StubAcceptance extends Acceptance {
  /** Takes on for later what the call asks for. Asked again for the same line it takes on nothing more. */
  accept(call: StubCall): StubAnswer;
}

/** A provider on a free port of this machine, whose faults the suite steers. */
export class StubProvider implements Provider {
  private server: Server | null = null;
  private scenario: Scenario = 'normal';
  private faultyCalls: 'changes' | 'all' = 'changes';
  private received: StubCall[] = [];

  constructor(private readonly service: StubService) {}

  get acceptance(): StubAcceptance | undefined {
    return this.service.acceptance;
  }

  /** Where it listens, without a trailing slash. Changes with every `start`. */
  get url(): string {
    if (this.server === null) throw new Error('The stub provider does not run: call start() first.');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The calls since the last `reset`, oldest first. */
  get calls(): readonly StubCall[] {
    return this.received;
  }

  async start(): Promise<void> {
    const server = createServer((request, response) => {
      this.serve(request, response).catch((error: unknown) => send(response, { status: 500, body: { message: `The stub broke down: ${String(error)}` } }));
    });
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
    this.server = server;
  }

  async stop(): Promise<void> {
    const server = this.server;
    this.server = null;
    if (server === null) return;
    await new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
  }

  reset(): void {
    this.respond('normal');
    this.received = [];
    this.service.clear();
  }

  respond(scenario: Scenario, calls: 'changes' | 'all' = 'changes'): void {
    this.scenario = scenario;
    this.faultyCalls = calls;
  }

  callCount(): number {
    return this.received.length;
  }

  changeCount(): number {
    return this.received.filter((call) => this.isChange(call)).length;
  }

  deliveredCount(): number {
    return this.service.deliveredCount();
  }

  private isChange(call: StubCall): boolean {
    return this.service.isChange?.(call) ?? !READS.has(call.method);
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = await readCall(request);
    this.received.push(call);
    const isFaulty = this.faultyCalls === 'all' || this.isChange(call);
    const answer = () => this.service.answer(call);
    const accept = () => this.service.acceptance?.accept(call) ?? answer();
    FAULTS[isFaulty ? this.scenario : 'normal']({ call, response, answer, accept });
  }
}

interface Exchange {
  readonly call: StubCall;
  readonly response: ServerResponse;
  /** Does what the call asks for. */
  readonly answer: () => StubAnswer;
  /** Takes it on for later. */
  readonly accept: () => StubAnswer;
}

const FAULTS: Readonly<Record<Scenario, (exchange: Exchange) => void>> = {
  normal: ({ response, answer }) => send(response, answer()),
  unavailable: ({ response, call }) => send(response, { status: 503, body: { message: echo(call), detail: echo(call) } }),
  throttled: ({ response }) => throttle(response, '7'),
  throttledUntil: ({ response }) => throttle(response, new Date(Date.now() + 120_000).toUTCString()),
  hangBefore: () => undefined,
  hangAfter: ({ answer }) => void answer(),
  resetBefore: ({ response }) => void response.socket?.resetAndDestroy(),
  resetAfter: ({ response, answer }) => {
    answer();
    response.socket?.resetAndDestroy();
  },
  garbage: ({ response, answer }) => {
    answer();
    response.writeHead(200, { 'Content-Type': 'text/html' }).end('<html>it works');
  },
  slowDrip: ({ response, answer }) => {
    answer();
    drip(response.writeHead(200, { 'Content-Type': 'application/json' }));
  },
  accepts: ({ response, accept }) => send(response, accept()),
};

function throttle(response: ServerResponse, retryAfter: string): void {
  send(response.setHeader('Retry-After', retryAfter), { status: 429, body: { detail: 'Too many requests.' } });
}

function send(response: ServerResponse, { status, body }: StubAnswer): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(body === undefined ? '' : JSON.stringify(body));
}

function drip(response: ServerResponse): void {
  const timer = setInterval(() => response.write(' '), DRIP_INTERVAL_MS);
  response.once('close', () => clearInterval(timer));
}

function echo({ method, path, headers, body }: StubCall): string {
  return `Out of order. Your request was ${method} ${path} ${Object.values(headers).join(' ')} ${JSON.stringify(body)}`;
}

async function readCall(request: IncomingMessage): Promise<StubCall> {
  const { method = '', url = '', headers } = request;
  return { method, path: url, headers, body: readJson(await text(request)) };
}

function readJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
