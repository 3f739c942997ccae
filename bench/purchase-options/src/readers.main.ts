import { Pool } from 'undici';
import { courseId } from './courses.js';
import type { ReadingJob, ReadingResult } from './readers.js';

/*
 * The readers: a closed loop. Each asks for a course, waits for the answer, and asks for another one, over a connection of its own that
 * stays open. Jobs come in as messages; the answer to each is what came of it.
 */

/** Of a job: its beginning, when all readers start at the same moment, does not count. */
const UNCOUNTED_FRACTION = 0.1;

async function run({ url, readers, courses, durationMs }: ReadingJob): Promise<ReadingResult> {
  const pool = new Pool(url, { connections: readers, pipelining: 1 });
  const startsAtMs = performance.now();
  const countsFromMs = startsAtMs + UNCOUNTED_FRACTION * durationMs;
  const endsAtMs = countsFromMs + durationMs;
  const latenciesMs: number[] = [];
  let answers = 0;
  const reader = async (): Promise<void> => {
    for (let askedAtMs = startsAtMs; askedAtMs < endsAtMs; askedAtMs = performance.now()) {
      await read(pool, courseId(Math.floor(Math.random() * courses)));
      const answeredAtMs = performance.now();
      answers += 1;
      if (answeredAtMs >= countsFromMs && answeredAtMs < endsAtMs) latenciesMs.push(answeredAtMs - askedAtMs);
    }
  };
  try {
    await Promise.all(Array.from({ length: readers }, reader));
  } finally {
    await pool.destroy();
  }
  return { latenciesMs, durationMs, answers };
}

/** @throws {Error} when the answer is not 200. */
async function read(pool: Pool, course: string): Promise<void> {
  const { statusCode, body } = await pool.request({ method: 'GET', path: `/v1/courses/${course}/purchase-options` });
  const answer = await body.text();
  if (statusCode !== 200 || answer === '') throw new Error(`A course could not be read: ${statusCode} ${answer}`);
}

process.on('message', (job) => {
  run(job as ReadingJob).then(
    (result) => process.send?.(result),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
process.once('disconnect', () => process.exit(0));
process.once('SIGTERM', () => process.exit(0));
process.send?.({ url: '' });
