import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A site of the tests on a port, and so an origin, of its own. */
export interface WebSite {
  readonly origin: string;
  /** What was asked for, as `GET /path?query`. */
  readonly asked: string[];
  close(): Promise<void>;
}

/** What a site answers: a page, or a script by its name. */
export type WebPage = Readonly<{ type: 'text/html' | 'text/javascript'; body: string }>;

export async function openWebSite(answer: (request: IncomingMessage) => WebPage): Promise<WebSite> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const { type, body } = answer(request);
    response.writeHead(200, { 'content-type': `${type}; charset=utf-8` }).end(body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
