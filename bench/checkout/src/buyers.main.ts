import { randomBytes, randomUUID } from 'node:crypto';
import { Pool } from 'undici';
import type { BuyingJob, BuyingResult } from './buyers.js';

/*
 * The buyers: a closed loop. Each buys, waits for the answer, and buys again, every time for another learner and with
 * another Idempotency-Key. Jobs come in as messages; the answer to each is what came of it.
 */

/** So that no two runs on one database sell to the same learners. */
const RUN = randomBytes(4).toString('hex');
/** Of a job: its beginning, when all buyers start at the same moment, does not count. */
const UNCOUNTED_FRACTION = 0.1;

let sold = 0;

async function run({ url, token, sku, buyers, durationMs }: BuyingJob): Promise<BuyingResult> {
  const pool = new Pool(url, { connections: buyers, pipelining: 1 });
  const startsAtMs = performance.now();
  const countsFromMs = startsAtMs + UNCOUNTED_FRACTION * durationMs;
  const endsAtMs = countsFromMs + durationMs;
  const latenciesMs: number[] = [];
  let orders = 0;
  const buyer = async (): Promise<void> => {
    for (let askedAtMs = startsAtMs; askedAtMs < endsAtMs; askedAtMs = performance.now()) {
      await buy(pool, token, sku);
      const answeredAtMs = performance.now();
      orders += 1;
      if (answeredAtMs >= countsFromMs && answeredAtMs < endsAtMs) latenciesMs.push(answeredAtMs - askedAtMs);
    }
  };
  try {
    await Promise.all(Array.from({ length: buyers }, buyer));
  } finally {
    await pool.destroy();
  }
  return { latenciesMs, durationMs, orders };
}

/** @throws {Error} when the order is not placed, or not complete. */
async function buy(pool: Pool, token: string, sku: string): Promise<void> {
  const username = `buyer_${RUN}_${++sold}`;
  const { statusCode, body } = await pool.request({
    method: 'POST',
    path: '/v1/checkout',
    headers: { authorization: `JWT ${token}`, 'idempotency-key': randomUUID(), 'content-type': 'application/json' },
    body: JSON.stringify({
      items: [{ sku, quantity: 1 }],
      learner: { username, email: `${username}@example.com` },
      payment: { processor: 'invoice', reference: 'PO-7' },
      emailOptIn: false,
    }),
  });
  const answer = await body.text();
  if (statusCode !== 201 || !answer.includes('"status":"complete"')) throw new Error(`An order was not delivered: ${statusCode} ${answer}`);
}

process.on('message', (job) => {
  run(job as BuyingJob).then(
    (result) => process.send?.(result),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
process.once('disconnect', () => process.exit(0));
process.once('SIGTERM', () => process.exit(0));
process.send?.({ url: '' });
