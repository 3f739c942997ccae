import { startTestRun } from './test-run.js';

/** Jest loads the built file, with Node's own module loader: the project's mapping of names does not reach this far. */
export default async function globalSetup(): Promise<void> {
  await startTestRun();
}
