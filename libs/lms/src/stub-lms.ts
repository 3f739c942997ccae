import { type IncomingHttpHeaders, type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** What an LMS is made to do with one call. */
export type StubAnswer = (response: ServerResponse, received: Received) => void;

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** For specs: a real server in the LMS's place that answers as it is told, and remembers what it received. */
export class StubLms {
  readonly received: Received[] = [];
  private readonly server: Server;

  /** @param answer may be replaced at any time. */
  constructor(public answer: StubAnswer) {
    this.server = createServer((request, response) => void this.serve(request, response));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url: path = '', headers } = request;
    const received = { method, path, headers, body: await text(request) };
    this.received.push(received);
    this.answer(response, received);
  }
}

export function replying(status: number, body?: unknown): StubAnswer {
  return (response) => response.writeHead(status).end(body === undefined ? '' : JSON.stringify(body));
}
