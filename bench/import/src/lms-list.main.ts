import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { z } from 'zod';
import { MODES, courseIdOf, courseNameOf } from './bench-courses.js';

/*
 * An LMS that gives a token to everybody and lists as many courses as it is told by a message `{ courses }`. It makes the list while it
 * sends it, so it is never what the reader waits for.
 */

const Settings = z.object({ courses: z.int() });
const COURSES_A_WRITE = 200;
let courses = 0;

const server = createServer((request, response) => {
  if (request.method === 'POST') answer(response, JSON.stringify({ access_token: 'a-token', expires_in: 3_600, token_type: 'JWT' }));
  else if (request.url === '/api/commerce/v1/courses/') void list(response);
  else response.writeHead(404).end();
});

function answer(response: ServerResponse, body: string): void {
  response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) }).end(body);
}

async function list(response: ServerResponse): Promise<void> {
  response.writeHead(200, { 'Content-Type': 'application/json' });
  let text = '[';
  for (let course = 1; course <= courses; course += 1) {
    text += `${course === 1 ? '' : ','}${courseJson(course)}`;
    if (course % COURSES_A_WRITE !== 0) continue;
    if (!response.write(text)) await once(response, 'drain');
    text = '';
  }
  response.end(`${text}]`);
}

function courseJson(course: number): string {
  const modes = MODES.map(({ slug, price, expires, skuOf }) => ({ name: slug, currency: 'usd', price, sku: skuOf(course), bulk_sku: null, expires, android_sku: null, ios_sku: null }));
  return JSON.stringify({ id: courseIdOf(course), name: courseNameOf(course), verification_deadline: null, modes });
}

process.on('message', (message) => {
  ({ courses } = Settings.parse(message));
  process.send?.({ courses });
});
process.once('disconnect', () => process.exit(0));
process.once('SIGTERM', () => process.exit(0));

server.listen(0, '127.0.0.1');
await once(server, 'listening');
const address = server.address();
process.send?.({ url: typeof address === 'object' ? `http://127.0.0.1:${address?.port}` : address });
