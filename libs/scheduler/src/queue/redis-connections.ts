import { Logger } from '@nestjs/common';
import { Redis } from 'ioredis';

type ConnectionType = 'client' | 'subscriber' | 'bclient';

const CONNECT_LIMIT_MS = 2_000;
const MAX_RECONNECT_DELAY_MS = 1_000;
const KEEP_ALIVE_MS = 10_000;
const RENEW_INTERVAL_MS = 10_000;

/**
 * The connections that Bull works with. They come back by themselves, however long Redis is away. Commands wait for a connection for one try to connect, so that they do not pile up; Bull's blocking call and its subscription
 * wait for ever, as Bull demands.
 */
export class RedisConnections {
  private readonly logger = new Logger(RedisConnections.name);
  private readonly connections: Redis[] = [];
  private commands: Redis | undefined;
  private knownAway = false;
  private renewedAtMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly url: string) {}

  /** False while commands could not be sent. True is no promise of an answer. */
  get connected(): boolean {
    return this.commands?.status === 'ready';
  }

  /** For Bull's `createClient`. What Bull does not open itself, it does not close either: `disconnect` does. */
  open(type: ConnectionType): Redis {
    const connection = new Redis(this.url, {
      enableReadyCheck: false,
      maxRetriesPerRequest: type === 'client' ? 0 : null,
      retryStrategy: (tries) => Math.min(50 * tries, MAX_RECONNECT_DELAY_MS),
      connectTimeout: CONNECT_LIMIT_MS,
      keepAlive: KEEP_ALIVE_MS,
    });
    connection.on('error', (error) => {
      if (type === 'client') this.logAway(error);
    });
    if (type === 'client') this.watch(connection);
    // ioredis subscribes anew on each connection and holds no promise of it: a refusal would end the process, with the password in its last words.
    for (const verb of ['subscribe', 'psubscribe'] as const) catchRefusals(connection, verb);
    // Bull asks before it disconnects, and the question waits half a second behind its blocking call.
    Object.assign(connection, { quit: () => Promise.resolve('OK') });
    this.connections.push(connection);
    return connection;
  }

  /** For a server that keeps silent: a connection may be dead without knowing it. What was sent and is not answered fails, but for what waits for ever. Not more often than Bull needs to get going again. */
  renew(): void {
    if (performance.now() < this.renewedAtMs + RENEW_INTERVAL_MS) return;
    this.renewedAtMs = performance.now();
    for (const connection of this.connections) connection.disconnect(true);
  }

  /** At once, for good, whatever Redis does. */
  disconnect(): void {
    for (const connection of this.connections) connection.disconnect();
  }

  private watch(connection: Redis): void {
    this.commands = connection;
    // Connected is not yet answered: a server may refuse the password after that.
    connection.on('ready', () => {
      connection.ping().then(
        () => this.logBack(),
        (error: unknown) => this.logAway(error),
      );
    });
  }

  private logBack(): void {
    if (this.knownAway) this.logger.log('Redis is back: due work is woken by it again.');
    this.knownAway = false;
  }

  private logAway(error: unknown): void {
    if (this.knownAway) return;
    this.knownAway = true;
    this.logger.warn(`Redis is away (${error instanceof Error ? error.message : 'no word'}): until it is back, due work is found by the sweep and worked off in this process.`);
  }
}

/** Whoever awaits the answer gets it as before; who does not is not surprised by its refusal. */
function catchRefusals(connection: Redis, verb: 'subscribe' | 'psubscribe'): void {
  const original = connection[verb].bind(connection) as (...args: unknown[]) => Promise<unknown>;
  const guarded = (...args: unknown[]) => {
    const answer = original(...args);
    answer.catch(() => undefined);
    return answer;
  };
  Object.assign(connection, { [verb]: guarded });
}
