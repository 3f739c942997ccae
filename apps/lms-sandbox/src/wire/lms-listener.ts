import { once } from 'node:events';
import type { Server } from 'node:http';
import { isIPv6, type AddressInfo } from 'node:net';

const RETRY_MS = 200;

/** The LMS's door: it can be shut for a while, as when the LMS is down, and opens again on the same port. */
export class LmsListener {
  private gone = new AbortController();
  private reopening: NodeJS.Timeout | null = null;
  private turn: Promise<void> = Promise.resolve();

  constructor(
    private readonly server: Server,
    private readonly host: string,
    private port: number,
  ) {}

  /** Aborted when the outage begins that ends the calls of now. */
  get whileUp(): AbortSignal {
    return this.gone.signal;
  }

  get isOpen(): boolean {
    return this.server.listening;
  }

  get url(): string {
    return `http://${isIPv6(this.host) ? `[${this.host}]` : this.host}:${this.port}`;
  }

  /** Takes the port, or finds a free one for port 0 and keeps that. Rejects with the system's error when it is taken. */
  open(): Promise<void> {
    this.cancelReopening();
    return this.next(() => this.listen());
  }

  /**
   * Refuses connections and cuts those there are; calls that wait are dropped without effect.
   *
   * @param durationMs when to open again by itself; null for never.
   */
  shut(durationMs: number | null): Promise<void> {
    this.cancelReopening();
    this.gone.abort();
    if (durationMs !== null) this.reopenIn(durationMs);
    return this.next(() => this.close());
  }

  /** One after the other: an opening must not overtake the closing before it. */
  private next(step: () => Promise<void>): Promise<void> {
    this.turn = this.turn.catch(() => undefined).then(step);
    return this.turn;
  }

  private async listen(): Promise<void> {
    if (this.server.listening) return;
    this.server.listen({ host: this.host, port: this.port });
    await once(this.server, 'listening');
    this.gone = new AbortController();
    this.port = (this.server.address() as AddressInfo).port; // a TCP server has no other kind of address
  }

  private async close(): Promise<void> {
    if (!this.server.listening) return;
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  private reopenIn(ms: number): void {
    this.reopening = setTimeout(() => {
      // Somebody else may have taken the port meanwhile; it is tried again until it is free.
      this.open().catch(() => this.reopenIn(RETRY_MS));
    }, ms);
  }

  private cancelReopening(): void {
    if (this.reopening !== null) clearTimeout(this.reopening);
    this.reopening = null;
  }
}
