import fastify from 'fastify';
import { jwtVerify } from 'jose';
import pg from 'pg';
import { Pool } from 'undici';
import { checkout, type BaselineBody } from './baseline.checkout.js';
import { PRODUCT, type ProductRow } from './baseline.statements.js';

/*
 * The baseline: what checkout would cost at the least on this stack. Bare Fastify and node-postgres, the same check of the
 * token, the same rows in the same two commits, the same call to the LMS; no framework, no checks, no log, no promise kept
 * but the happy one.
 */

function required(variable: string): string {
  const value = process.env[variable];
  if (value === undefined) throw new Error(`${variable} is missing.`);
  return value;
}

const database = new pg.Pool({ connectionString: required('DATABASE_URL'), max: Number(required('DATABASE_POOL_SIZE')) });
const lms = new Pool(required('LMS_URL'), { connections: null });
const lmsApiKey = required('LMS_API_KEY');
const { rows: [product] } = await database.query<ProductRow>(PRODUCT, [required('SKU')]);
if (!product) throw new Error('The catalog lacks the SKU.');
const dependencies = { database, lms, lmsApiKey, product };

const jwtKey = await crypto.subtle.importKey('raw', new TextEncoder().encode(required('JWT_SECRET')), { name: 'HMAC', hash: 'SHA-256' }, false, ['verify']);

async function callerOf(authorization: string | undefined): Promise<string> {
  const token = (authorization ?? '').replace(/^JWT /, '');
  const { payload } = await jwtVerify<{ preferred_username: string }>(token, jwtKey, { algorithms: ['HS256'], requiredClaims: ['exp', 'iat'], clockTolerance: 1 });
  return payload.preferred_username;
}

const server = fastify({ logger: false });
server.post<{ Body: BaselineBody }>('/v1/checkout', async ({ headers, body }, reply) => {
  const caller = await callerOf(headers.authorization);
  const answer = await checkout(dependencies, { caller, key: String(headers['idempotency-key']), body });
  return reply.status(201).type('application/json; charset=utf-8').send(answer);
});

process.once('disconnect', () => process.exit(0));
process.once('SIGTERM', () => process.exit(0));
process.send?.({ url: await server.listen({ port: 0, host: '127.0.0.1' }) });
