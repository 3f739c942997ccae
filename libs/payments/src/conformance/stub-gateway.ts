import { type IncomingHttpHeaders, type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { LedgerEntry, Scenario, StandIn } from './harness.js';

const DRIP_INTERVAL_MS = 25;

export interface StubCall {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** As sent. */
  readonly body: string;
}

export interface StubAnswer {
  readonly status: number;
  /** A text as it is, and anything else as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a gateway does when nothing goes wrong: written by the author of the processor. */
export interface StubService extends Pick<StandIn, 'agree' | 'decline' | 'returnInConsole'> {
  answer(call: StubCall): StubAnswer;
  /** An error in this gateway's form. */
  error(status: number, words: string): unknown;
  /** Gives credentials or certificates alone: never faulty, and not counted. */
  isAside(call: StubCall): boolean;
  ledger(): readonly LedgerEntry[];
  /** @param origin where the stand-in listens. */
  deliver(reference: string, origin: string): ReturnType<StandIn['deliver']>;
  clear(): void;
}

/** A gateway on a port of this machine, whose faults the suite steers. It comes back on the port that it left. */
export class StubGateway implements StandIn {
  private server: Server | null = null;
  private port = 0;
  private scenario: Scenario = 'normal';
  private faultyCalls: 'changes' | 'all' = 'changes';
  private received: StubCall[] = [];

  constructor(private readonly service: StubService) {}

  /** Where it listens, without a trailing slash. */
  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get calls(): readonly StubCall[] {
    return this.received;
  }

  async start(): Promise<void> {
    const server = createServer((request, response) => {
      this.serve(request, response).catch((error: unknown) => send(response, { status: 500, body: `The stub broke down: ${String(error)}` }));
    });
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(this.port, '127.0.0.1', resolve));
    this.server = server;
    this.port = (server.address() as AddressInfo).port;
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
    this.respond('normal', 'all');
    this.received = [];
    this.service.clear();
  }

  respond(scenario: Scenario, calls: 'changes' | 'all'): void {
    this.scenario = scenario;
    this.faultyCalls = calls;
  }

  callCount(): number {
    return this.received.length;
  }

  changeCount(): number {
    return this.received.filter(({ method }) => method !== 'GET').length;
  }

  agree(reference: string): void | Promise<void> {
    return this.service.agree(reference);
  }

  decline(reference: string): void | Promise<void> {
    return this.service.decline(reference);
  }

  returnInConsole(reference: string, amountMinor: number): void | Promise<void> {
    return this.service.returnInConsole(reference, amountMinor);
  }

  deliver(reference: string): ReturnType<StandIn['deliver']> {
    return this.service.deliver(reference, this.url);
  }

  ledger(): readonly LedgerEntry[] {
    return this.service.ledger();
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = await readCall(request);
    if (this.service.isAside(call)) return send(response, this.service.answer(call));
    this.received.push(call);
    const isFaulty = this.faultyCalls === 'all' || call.method !== 'GET';
    const error = (status: number, words: string) => ({ status, body: this.service.error(status, words) });
    FAULTS[isFaulty ? this.scenario : 'normal']({ call, response, answer: () => this.service.answer(call), error });
  }
}

interface Exchange {
  readonly call: StubCall;
  readonly response: ServerResponse;
  /** Does what the call asks for. */
  readonly answer: () => StubAnswer;
  readonly error: (status: number, words: string) => StubAnswer;
}

const FAULTS: Readonly<Record<Scenario, (exchange: Exchange) => void>> = {
  normal: ({ response, answer }) => send(response, answer()),
  unavailable: ({ response, call, error }) => send(response, error(503, `Out of order. Your request was ${JSON.stringify([call, Object.values(call.headers)])}`)),
  // As a proxy before the gateway says it: without a word.
  throttled: ({ response }) => send(response, { status: 429, headers: { 'Retry-After': '7' } }),
  refusesUs: ({ response, call, error }) => send(response, error(401, `Who are you, ${call.headers.authorization}?`)),
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
  errorBody: ({ response, call, error }) => send(response, { ...error(500, `It is not you, ${call.headers.authorization}.`), status: 200 }),
  slowDrip: ({ response, answer }) => {
    answer();
    drip(response.writeHead(200, { 'Content-Type': 'application/json' }));
  },
};

function send(response: ServerResponse, { status, body, headers }: StubAnswer): void {
  const content = typeof body === 'string' ? body : JSON.stringify(body ?? {});
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(content);
}

function drip(response: ServerResponse): void {
  const timer = setInterval(() => response.write(' '), DRIP_INTERVAL_MS);
  response.once('close', () => clearInterval(timer));
}

async function readCall(request: IncomingMessage): Promise<StubCall> {
  const { method = '', url = '', headers } = request;
  const { pathname: path, searchParams: query } = new URL(url, 'http://stub');
  return { method, path, query, headers, body: await text(request) };
}
