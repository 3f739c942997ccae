import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { jwtVerify } from 'jose';
import { z } from 'zod';

/*
 * A stand-in for openedx/ecommerce ("Otto") as far as its catalog is read: a program of its own, set by two variables of its environment and
 * by PUTs to /stub/…. It shows courses page by page to staff of the LMS whose secret it knows, and breaks as it is told.
 */

const Fault = z.object({
  /** The page that it strikes; 0: every one. */
  page: z.int(),
  kind: z.enum(['status', 'reset', 'cut', 'hang']),
  status: z.int().default(503),
  retryAfter: z.string().optional(),
  times: z.int().min(1).default(1),
});

interface World {
  courses: readonly unknown[];
  faults: (z.infer<typeof Fault> & { left: number })[];
  readonly calls: { readonly page: number; readonly status: number | null }[];
}

const world: World = { courses: [], faults: [], calls: [] };
const secret = new TextEncoder().encode(process.env['JWT_SECRET'] ?? '');
const PATH = '/api/v2/courses/';

const server = createServer((request, response) => {
  void answer(request, response).catch((error: unknown) => send(response, 500, String(error)));
});

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://stub');
  if (url.pathname.startsWith('/stub/')) return control(url.pathname, request, response);
  if (request.method !== 'GET' || url.pathname !== PATH) return send(response, 404, '<h1>Not Found</h1>');
  const page = Number(url.searchParams.get('page') ?? '1');
  const fault = world.faults.find((one) => one.left > 0 && (one.page === 0 || one.page === page));
  const refusal = await refusalOf(request.headers.authorization);
  const status = fault ? (fault.kind === 'status' ? fault.status : null) : (refusal?.status ?? statusOf(url));
  world.calls.push({ page, status });
  if (fault) return strike(fault, url, response);
  if (refusal) return send(response, refusal.status, { detail: refusal.detail });
  send(response, statusOf(url), statusOf(url) === 404 ? { detail: 'Invalid page.' } : pageOf(url));
}

async function refusalOf(authorization: string | undefined): Promise<{ status: number; detail: string } | null> {
  const token = /^JWT (\S+)$/.exec(authorization ?? '')?.[1];
  if (token === undefined) return { status: 401, detail: 'Authentication credentials were not provided.' };
  try {
    const { payload } = await jwtVerify(token, secret, { algorithms: ['HS256'], requiredClaims: ['exp', 'iat'] });
    return payload['administrator'] === true ? null : { status: 403, detail: 'You do not have permission to perform this action.' };
  } catch {
    return { status: 401, detail: 'Invalid token.' };
  }
}

function placeOf(url: URL): { page: number; size: number; pages: number } {
  const size = Math.min(Number(url.searchParams.get('page_size') ?? '20'), 10_000);
  return { page: Number(url.searchParams.get('page') ?? '1'), size, pages: Math.max(1, Math.ceil(world.courses.length / size)) };
}

function statusOf(url: URL): number {
  const { page, pages } = placeOf(url);
  return page >= 1 && page <= pages ? 200 : 404;
}

function pageOf(url: URL): object {
  const { page, size, pages } = placeOf(url);
  const results = world.courses.slice((page - 1) * size, page * size);
  const withProducts = url.searchParams.get('include_products') === 'True';
  const linkTo = (other: number) => `http://otto.internal${PATH}?page=${other}`;
  return {
    count: world.courses.length,
    next: page < pages ? linkTo(page + 1) : null,
    previous: page > 1 ? linkTo(page - 1) : null,
    results: withProducts ? results : results.map((course) => ({ ...(course as object), products: undefined })),
  };
}

function strike(fault: World['faults'][number], url: URL, response: ServerResponse): void {
  fault.left -= 1;
  if (fault.kind === 'status') return send(response, fault.status, '<h1>Service Unavailable</h1>', fault.retryAfter === undefined ? {} : { 'Retry-After': fault.retryAfter });
  if (fault.kind === 'reset') return void response.destroy();
  if (fault.kind === 'hang') return;
  const text = JSON.stringify(pageOf(url));
  send(response, 200, text.slice(0, text.length / 2));
}

async function control(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method === 'GET' && path === '/stub/calls') return send(response, 200, world.calls);
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  if (path === '/stub/courses') world.courses = z.array(z.unknown()).parse(body);
  else if (path === '/stub/faults') world.faults = z.array(Fault).parse(body).map((fault) => ({ ...fault, left: fault.times }));
  else return send(response, 404, 'No such thing to set.');
  world.calls.length = 0;
  send(response, 204, '');
}

function send(response: ServerResponse, status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(status === 204 ? undefined : text);
}

process.once('SIGTERM', () => process.exit(0));
// Started by another program, this one ends with it.
process.once('disconnect', () => process.exit(0));

server.listen(Number(process.env['PORT'] ?? '0'), '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`${JSON.stringify({ event: 'ready', url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}` })}\n`);
});
