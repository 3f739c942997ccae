import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { z } from 'zod';

/*
 * The LMS as the benchmark needs it: it enrolls everybody, after a given time, and costs next to nothing. Whoever started
 * it sets that time by a message `{ latencyMs }`, which is answered when it holds.
 */

const ENROLLMENT_PATH = '/api/enrollment/v1/enrollment';
const Settings = z.object({ latencyMs: z.number() });

let latencyMs = 0;

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  if (request.method !== 'POST' || request.url !== ENROLLMENT_PATH) {
    response.writeHead(404).end();
    return;
  }
  readBody(request, (body) => {
    if (latencyMs === 0) enroll(body, response);
    else setTimeout(enroll, latencyMs, body, response);
  });
});

function readBody(request: IncomingMessage, use: (body: string) => void): void {
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (chunk: string) => {
    body += chunk;
  });
  request.on('end', () => {
    use(body);
  });
}

function enroll(body: string, response: ServerResponse): void {
  const asked = JSON.parse(body) as { user: string; mode: string; is_active: boolean; course_details: { course_id: string } };
  const answer = JSON.stringify({
    created: '2026-11-22T10:00:00.000000Z',
    mode: asked.mode,
    is_active: asked.is_active,
    user: asked.user,
    course_details: { course_id: asked.course_details.course_id, course_name: 'Biology One', enrollment_start: null, enrollment_end: null, course_start: '2026-01-01T00:00:00Z', course_end: null, invite_only: false, course_modes: [] },
  });
  response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(answer) }).end(answer);
}

process.on('message', (message) => {
  ({ latencyMs } = Settings.parse(message));
  process.send?.({ latencyMs });
});
process.once('disconnect', () => process.exit(0));
process.once('SIGTERM', () => process.exit(0));

server.listen(0, '127.0.0.1');
await once(server, 'listening');
const address = server.address();
process.send?.({ url: typeof address === 'object' ? `http://127.0.0.1:${address?.port}` : address });
