import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** Enough to find a text that two packets share. */
const SEARCHED_TAIL_LENGTH = 64 * 1024;

/** One client's connection and its continuation to the target. */
interface Pair {
  readonly client: Socket;
  readonly target: Socket;
  readonly heldBack: Buffer[];
  requestTail: string;
}

interface Watch {
  readonly text: string;
  readonly found: () => void;
}

/**
 * Stands between a client and a server and decides what the client gets to know: with replies frozen, the server has done
 * the work while the client still waits.
 */
export class TcpProxy {
  private readonly pairs = new Set<Pair>();
  private readonly watches = new Set<Watch>();
  private frozen = false;

  private constructor(
    private readonly server: Server,
    private readonly target: { host: string; port: number },
  ) {
    server.on('connection', (client) => {
      this.forward(client);
    });
  }

  /** Listens on a free port of 127.0.0.1. */
  static async listen(target: { host: string; port: number }): Promise<TcpProxy> {
    const server = createServer({ allowHalfOpen: true });
    const proxy = new TcpProxy(server, target);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  get port(): number {
    const address = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('The proxy does not listen.');
    return address.port;
  }

  /** The same URL by way of this proxy. */
  through(url: string): string {
    const changed = new URL(url);
    changed.hostname = '127.0.0.1';
    changed.port = String(this.port);
    return changed.href;
  }

  /** From now on what the server says is held back; what clients say still passes. */
  freezeReplies(): void {
    this.frozen = true;
  }

  /** Hands over what was held back, and lets replies pass again. */
  thaw(): void {
    this.frozen = false;
    for (const { client, target, heldBack } of this.pairs) {
      for (const chunk of heldBack.splice(0)) client.write(chunk);
      if (target.readableEnded) client.end();
    }
  }

  /** Resets every connection, on both sides. Replies that were held back are lost. */
  sever(): void {
    for (const { client, target } of this.pairs) {
      client.resetAndDestroy();
      target.resetAndDestroy();
    }
    this.pairs.clear();
  }

  /** Resolves when a client has sent the (ASCII) text on one connection, from now on. The bytes have been passed on by then. */
  whenRequestContains(text: string): Promise<void> {
    for (const pair of this.pairs) pair.requestTail = '';
    return new Promise((resolve) => {
      const watch: Watch = {
        text,
        found: () => {
          this.watches.delete(watch);
          resolve();
        },
      };
      this.watches.add(watch);
    });
  }

  async close(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.sever();
    await closed;
  }

  private forward(client: Socket): void {
    const pair: Pair = { client, target: connect({ ...this.target, allowHalfOpen: true }), heldBack: [], requestTail: '' };
    this.pairs.add(pair);
    // A half-open connection that a killed program left behind must not keep the tests' own process from ending.
    client.unref();
    pair.target.unref();
    client.on('data', (chunk) => {
      pair.target.write(chunk);
      this.search(pair, chunk);
    });
    pair.target.on('data', (chunk) => {
      if (this.frozen) pair.heldBack.push(chunk);
      else client.write(chunk);
    });
    this.joinEnds(pair);
  }

  private joinEnds(pair: Pair): void {
    const { client, target } = pair;
    client.on('end', () => target.end());
    target.on('end', () => {
      if (!this.frozen) client.end();
    });
    for (const [socket, other] of [[client, target], [target, client]] as const) {
      socket.on('error', () => undefined);
      socket.on('close', (hadError) => {
        if (hadError && !(this.frozen && socket === target)) other.resetAndDestroy();
      });
    }
    client.on('close', () => this.pairs.delete(pair));
  }

  private search(pair: Pair, chunk: Buffer): void {
    if (this.watches.size === 0) return;
    pair.requestTail = (pair.requestTail + chunk.toString('latin1')).slice(-SEARCHED_TAIL_LENGTH);
    for (const watch of [...this.watches]) if (pair.requestTail.includes(watch.text)) watch.found();
  }
}
