import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';

/** An LMS that is down for a while, and then works. It keeps when it was called and whom it enrolled. */
export class OutageLms {
  /** Of the simulation. */
  atMs = 0;
  isDown = true;
  /** Simulated times of all calls. */
  readonly callsAtMs: number[] = [];
  /** How often each learner was enrolled. */
  readonly enrollments = new Map<string, number>();
  private readonly server: Server;

  private constructor() {
    this.server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      request.on('end', () => this.answer(request.method ?? '', body, response));
    });
  }

  static async start(): Promise<OutageLms> {
    const lms = new OutageLms();
    lms.server.listen(0, '127.0.0.1');
    await once(lms.server, 'listening');
    return lms;
  }

  get url(): string {
    const address = this.server.address();
    return typeof address === 'object' ? `http://127.0.0.1:${address?.port}` : '';
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private answer(method: string, body: string, response: ServerResponse): void {
    this.callsAtMs.push(this.atMs);
    if (this.isDown) response.writeHead(503).end();
    else response.writeHead(200, { 'Content-Type': 'application/json' }).end(method === 'POST' ? this.enroll(body) : '');
  }

  private enroll(body: string): string {
    const { user, mode, is_active, course_details } = JSON.parse(body) as { user: string; mode: string; is_active: boolean; course_details: object };
    this.enrollments.set(user, (this.enrollments.get(user) ?? 0) + 1);
    return JSON.stringify({ user, mode, is_active, course_details });
  }
}
