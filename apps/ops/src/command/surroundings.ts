import type { Environment } from '#config';
import type { ProgressOutput } from '../progress.js';

/** What a command is given of the world: its arguments, the environment, and where it may write. */
export interface Surroundings {
  readonly argv: readonly string[];
  readonly env: Environment;
  readonly stdout: { write(text: string): unknown };
  readonly stderr: ProgressOutput;
}
