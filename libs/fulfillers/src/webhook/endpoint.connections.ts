import http from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import type { Duplex } from 'node:stream';

/** Shorter than the 5 seconds and more for which servers keep idle connections: we close first, and rarely send into one that is closing. */
const IDLE_CONNECTION_MS = 4_000;

const established = new WeakSet<object>();

class PlainConnections extends http.Agent {
  override createConnection(...args: Parameters<http.Agent['createConnection']>): Duplex | null | undefined {
    return remember(super.createConnection(...args), 'connect');
  }
}

class SecureConnections extends https.Agent {
  override createConnection(...args: Parameters<https.Agent['createConnection']>): Duplex | null | undefined {
    return remember(super.createConnection(...args), 'secureConnect');
  }
}

/**
 * The connections to one endpoint, direct ones: a proxy would look the host up by itself, past the guard, so none is used, whatever the
 * environment says. Certificates are always checked.
 */
export class EndpointConnections {
  private readonly agent: http.Agent;

  constructor(
    private readonly url: URL,
    lookup: LookupFunction,
  ) {
    const options = { keepAlive: true, timeout: IDLE_CONNECTION_MS, lookup };
    this.agent = url.protocol === 'https:' ? new SecureConnections({ ...options, rejectUnauthorized: true }) : new PlainConnections(options);
  }

  /** A request that is not sent yet. Redirects are not followed. */
  request(headers: http.OutgoingHttpHeaders, signal: AbortSignal): http.ClientRequest {
    const { request } = this.url.protocol === 'https:' ? https : http;
    return request(this.url, { method: 'POST', agent: this.agent, headers, signal });
  }

  close(): void {
    this.agent.destroy();
  }
}

/** Whether the connection under a request was ever established. If not, nothing of the request has left. */
export function wasConnected({ socket }: http.ClientRequest): boolean {
  return socket !== null && established.has(socket);
}

function remember(socket: Duplex | null | undefined, event: 'connect' | 'secureConnect'): Duplex | null | undefined {
  socket?.once(event, () => established.add(socket));
  return socket;
}
