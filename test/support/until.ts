import { becomesTrue } from '../../apps/local/src/polling.js';

const LIMIT_MS = 5_000;
/** For what takes a lease, or several retries. */
export const PATIENT_MS = 20_000;

/** Waits for something that another process does. @throws {Error} when it does not come true. */
export async function until(what: string, condition: () => Promise<boolean>, limitMs = LIMIT_MS): Promise<void> {
  if (!(await becomesTrue(condition, { limitMs }))) throw new Error(`It did not come true: ${what}.`);
}
