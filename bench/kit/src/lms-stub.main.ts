import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { z } from 'zod';

/*
 * The LMS as the benchmarks need it: it enrolls everybody, after a given time, remembers nobody, and costs next to nothing.
 * Whoever started it sets that time by a message `{ latencyMs }`, which is answered, when it holds, with the calls so far.
 */

const ENROLLMENT_PATH = '/api/enrollment/v1/enrollment';
const Settings = z.object({ latencyMs: z.number() });

let latencyMs = 0;
let calls = { GET: 0, POST: 0 };

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  const { method, url = '' } = request;
  if (method === 'GET' && url.startsWith(`${ENROLLMENT_PATH}/`)) {
    calls.GET += 1;
    inTime(() => answer(response, ''));
  } else if (method === 'POST' && url === ENROLLMENT_PATH) {
    calls.POST += 1;
    readBody(request, (body) => inTime(() => enroll(body, response)));
  } else {
    response.writeHead(404).end();
  }
});

function inTime(act: () => void): void {
  if (latencyMs === 0) act();
  else setTimeout(act, latencyMs);
}

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
  const enrollment = JSON.stringify({
    created: '2026-11-22T10:00:00.000000Z',
    mode: asked.mode,
    is_active: asked.is_active,
    user: asked.user,
    course_details: { course_id: asked.course_details.course_id, course_name: 'Biology One', enrollment_start: null, enrollment_end: null, course_start: '2026-01-01T00:00:00Z', course_end: null, invite_only: false, course_modes: [] },
  });
  answer(response, enrollment);
}

function answer(response: ServerResponse, body: string): void {
  response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) }).end(body);
}

process.on('message', (message) => {
  ({ latencyMs } = Settings.parse(message));
  process.send?.(calls);
  calls = { GET: 0, POST: 0 };
});
process.once('disconnect', () => process.exit(0));
process.once('SIGTERM', () => process.exit(0));

server.listen(0, '127.0.0.1');
await once(server, 'listening');
const address = server.address();
process.send?.({ url: typeof address === 'object' ? `http://127.0.0.1:${address?.port}` : address });
