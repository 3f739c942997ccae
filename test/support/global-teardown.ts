import { endTestRun } from './test-run.js';

export default async function globalTeardown(): Promise<void> {
  await endTestRun();
}
