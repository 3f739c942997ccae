import { hash } from 'node:crypto';

/** Percentages have two decimals, so there are as many buckets. */
const BUCKETS = 10_000;
const HASHES = 2 ** 32;

/**
 * Where a course stands among the hundredths of a percent: 0 to 9999, for ever the same. Nothing but the course goes into it,
 * so that a higher percentage adds courses and takes none away, and the same ones come back after a pause.
 */
export function bucketOf(courseId: string): number {
  const first = Number.parseInt(hash('sha256', courseId, 'hex').slice(0, 8), 16);
  return Math.floor((first / HASHES) * BUCKETS);
}

/** Whether a bucket is among the first `percentage` percent. */
export function isAmong(bucket: number, percentage: number): boolean {
  // 33.33 * 100 is a little less than 3333.
  return bucket < Math.round((percentage * BUCKETS) / 100);
}
