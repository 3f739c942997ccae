import type { Publication } from '#catalog';
import { EXIT } from '../command/command.js';
import type { Surroundings } from '../command/surroundings.js';
import { follow, realClock } from '../resubmit/follow.js';
import type { untilInterrupted } from '../resubmit/interruption.js';
import { TurnsProgress } from '../resubmit/turns.progress.js';
import type { PublicationsAtHand } from './publications.context.js';
import { resultText, seeAgain, type RepublishProgress } from './republish.text.js';

/** So many are looked at at once: as many connections as a command has. */
const AT_ONCE = 4;

interface Watched extends Pick<Surroundings, 'stdout' | 'stderr'> {
  readonly courseIds: readonly string[];
  readonly json: boolean;
  readonly signal: ReturnType<typeof untilInterrupted>['signal'];
}

/** Shows how it goes on until each course is published or stands still, then what came of them. The signal ends the showing alone. Answers the exit code. */
export async function watchPublications(atHand: PublicationsAtHand, { courseIds, json, signal, stdout, stderr }: Watched): Promise<number> {
  const shown = new TurnsProgress(stderr, courseIds.length, 'courses');
  const standing = new Map<string, Publication>();
  try {
    const { progress, done } = await follow({ read: () => look(atHand, courseIds, standing), shown, signal, clock: realClock });
    shown.end();
    const publications = courseIds.flatMap((id) => standing.get(id) ?? []);
    stdout.write(json ? `${JSON.stringify({ progress, done, items: publications.map(outcome) })}\n` : resultText(progress, publications, await atHand.now()));
    if (done) return progress.failed + progress.toConfirm === 0 ? EXIT.done : EXIT.failed;
    stderr.write(`It goes on without you. ${seeAgain(courseIds)}`);
    return EXIT.interrupted;
  } catch (error) {
    shown.note(`It cannot be watched any more, and goes on. ${seeAgain(courseIds).trimEnd()}`);
    throw error;
  }
}

/** Looks again at those that are not at their end. */
async function look({ find }: PublicationsAtHand, courseIds: readonly string[], standing: Map<string, Publication>): Promise<RepublishProgress> {
  const pending = courseIds.filter((id) => isUnderWay(standing.get(id)?.status));
  for (let first = 0; first < pending.length; first += AT_ONCE) {
    const found = await Promise.all(pending.slice(first, first + AT_ONCE).map(find));
    for (const publication of found) if (publication) standing.set(publication.courseId, publication);
  }
  const count = (status: Publication['status']) => [...standing.values()].filter((publication) => publication.status === status).length;
  return { waiting: count('waiting'), running: count('publishing'), published: count('published'), failed: count('failed'), toConfirm: count('confirm_required') };
}

function isUnderWay(status: Publication['status'] | undefined): boolean {
  return status === undefined || status === 'waiting' || status === 'publishing';
}

function outcome({ courseId, status, wantedVersion, publishedVersion, nextAttemptAt, failure, extraModes }: Publication) {
  return { courseId, status, wantedVersion, publishedVersion, nextAttemptAt, failure, extraModes };
}
