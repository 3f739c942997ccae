import type { INestApplicationContext } from '@nestjs/common';
import { ResubmissionReader, type ResubmissionOperation } from '#orders';
import { EXIT } from '../command/command.js';
import type { Surroundings } from '../command/surroundings.js';
import { untilInterrupted } from './interruption.js';
import { follow, realClock } from './follow.js';
import { TurnsProgress } from './turns.progress.js';
import { operationLine, progressText, seeAgain } from './resubmission.text.js';

interface Output extends Pick<Surroundings, 'stdout' | 'stderr'> {
  readonly json: boolean;
}

/** Names an operation and shows how it goes on until each of its lines has had its turn, then what came of them. Ctrl-C ends the showing alone. Answers the exit code. */
export async function watchOperation(app: INestApplicationContext, operation: ResubmissionOperation, { json, stdout, stderr }: Output): Promise<number> {
  const reader = app.get(ResubmissionReader);
  const shown = new TurnsProgress(stderr, operation.lineCount);
  // Before anybody can read that there is something to interrupt.
  const interruption = untilInterrupted();
  try {
    stderr.write(operationLine(operation));
    const { progress, done } = await follow({ read: () => reader.progress(operation.id), shown, signal: interruption.signal, clock: realClock });
    shown.end();
    stdout.write(json ? `${JSON.stringify({ ...operation, progress, done })}\n` : progressText(progress));
    if (done) return EXIT.done;
    stderr.write(`It goes on without you. ${seeAgain(operation)}`);
    return EXIT.interrupted;
  } catch (error) {
    shown.note(`It cannot be watched any more, and goes on. ${seeAgain(operation).trimEnd()}`);
    throw error;
  } finally {
    interruption.forget();
  }
}
