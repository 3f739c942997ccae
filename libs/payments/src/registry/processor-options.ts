import type { z } from 'zod';

/** Reads the options of a payment processor by its own schema. @throws {Error} naming every one that is wrong. */
export function readOptions<Options>(schema: z.ZodType<Options>, written: unknown, processor: string): Options {
  const result = schema.safeParse(written);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => [path.map((key) => `/${String(key)}`).join(''), message].filter((words) => words !== '').join(' '));
  throw new Error(`Wrong options of the processor "${processor}": ${problems.join('; ')}`);
}
