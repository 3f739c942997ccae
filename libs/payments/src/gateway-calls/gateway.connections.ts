import http from 'node:http';
import https from 'node:https';
import type { Duplex } from 'node:stream';

/** Shorter than the 5 seconds and more for which servers keep idle connections: we close first, and rarely send into one that is closing. */
const IDLE_CONNECTION_MS = 4_000;
const KEEP_ALIVE: http.AgentOptions = { keepAlive: true, timeout: IDLE_CONNECTION_MS };

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

/** The keep-alive connections of one processor. Certificates are always checked. */
export class GatewayConnections {
  readonly httpAgent = new PlainConnections(KEEP_ALIVE);
  readonly httpsAgent = new SecureConnections({ ...KEEP_ALIVE, rejectUnauthorized: true });

  close(): void {
    this.httpAgent.destroy();
    this.httpsAgent.destroy();
  }
}

/** Whether the connection under a request was ever established. If not, nothing of the request has left. */
export function wasConnected(request: unknown): boolean {
  if (!(request instanceof http.ClientRequest) || request.socket === null) return false;
  return established.has(request.socket);
}

function remember(socket: Duplex | null | undefined, event: 'connect' | 'secureConnect'): Duplex | null | undefined {
  socket?.once(event, () => established.add(socket));
  return socket;
}
