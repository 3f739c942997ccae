import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { PROBLEMS, ProblemError } from './problem.js';
import { problemBody } from './problem.filter.js';

/** Time for a client that is still sending to read why nobody listens. */
const LINGER_MS = 2_000;

const TOO_LARGE = 'The address or the headers of the request are too long for one request. A link, and a list of prices, take at most 100 SKUs (sku) in one request: send several.';

const answered = new WeakSet<Socket>();

/** Answers what is no HTTP request, or too long to be read as one, by a problem: there is no request yet that a filter could see. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  // What comes after is wrong as well.
  if (answered.has(socket)) return;
  if (error.code === 'ECONNRESET' || !socket.writable || isAnswering(socket)) return void socket.destroy();
  answered.add(socket);
  const refusal = error.code === 'HPE_HEADER_OVERFLOW' ? new ProblemError('headers_too_large', TOO_LARGE) : new ProblemError('invalid_request', 'This is no HTTP request that can be read.');
  socket.end(answer(refusal));
  // Closed while bytes of the request are unread, the connection would be reset, and the answer lost with it.
  socket.resume();
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}

/** Whether an earlier request of this connection is being answered: Node has no other word for it. */
function isAnswering(socket: Socket): boolean {
  return '_httpMessage' in socket && socket._httpMessage !== null;
}

function answer(refusal: ProblemError): string {
  const { status } = PROBLEMS[refusal.code];
  const traceId = randomUUID();
  const body = JSON.stringify(problemBody(refusal, traceId));
  const head = [`HTTP/1.1 ${status} ${status === 431 ? 'Request Header Fields Too Large' : 'Bad Request'}`, 'Content-Type: application/problem+json; charset=utf-8', `Content-Length: ${Buffer.byteLength(body)}`, 'Cache-Control: no-store', `X-Request-Id: ${traceId}`, 'Connection: close'];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}
