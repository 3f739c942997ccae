import { NotOnlyAtLmsError } from '#catalog';
import { EXIT, defineCommand } from '../command/command.js';
import type { Surroundings } from '../command/surroundings.js';
import { untilInterrupted } from '../resubmit/interruption.js';
import { withPublications, type PublicationsAtHand } from './publications.context.js';
import { allFailed } from './publications.list.js';
import { HELP, SYNOPSIS, readRepublish, type RepublishArguments } from './republish.arguments.js';
import { previewText, requestLine, seeAgain, type Candidate } from './republish.text.js';
import { watchPublications } from './republish.watch.js';

/** `npm run ops -- catalog republish` */
export const republishCommand = defineCommand({
  name: 'catalog republish',
  synopsis: SYNOPSIS,
  summary: 'Has courses published to the LMS again, and confirms what it may lose',
  help: HELP,
  read: readRepublish,
  run: (wanted, surroundings) => withPublications(surroundings.env, (atHand) => (wanted.dryRun ? preview(atHand, wanted, surroundings) : republish(atHand, wanted, surroundings))),
});

async function preview(atHand: PublicationsAtHand, { courseIds, remove, json }: RepublishArguments, { stdout }: Surroundings): Promise<number> {
  const found = await candidates(atHand, courseIds);
  const extra = found.flatMap(({ publication }) => publication?.extraModes ?? []).map(({ mode }) => mode);
  const refused = remove.filter((mode) => !extra.includes(mode));
  if (refused.length > 0) throw new NotOnlyAtLmsError(refused, extra);
  stdout.write(json ? `${JSON.stringify({ dryRun: true, remove, items: found })}\n` : previewText(found, remove));
  return EXIT.done;
}

async function republish(atHand: PublicationsAtHand, wanted: RepublishArguments, { stdout, stderr }: Surroundings): Promise<number> {
  const { wait, json, actor, reason } = wanted;
  const courseIds = await chosen(atHand, wanted.courseIds);
  // From before anybody can read that there is something to interrupt.
  const interruption = untilInterrupted();
  try {
    if (courseIds.length > 0) await ask(atHand, courseIds, wanted);
    const heading = courseIds.length === 0 ? 'No publication failed, so nothing was asked for.\n' : requestLine(courseIds.length, { actor, reason });
    if (wait && courseIds.length > 0) {
      stderr.write(heading);
      return await watchPublications(atHand, { courseIds, json, signal: interruption.signal, stdout, stderr });
    }
    stdout.write(json ? `${JSON.stringify({ actor, reason, courseIds })}\n` : `${heading}${courseIds.length === 0 ? '' : seeAgain(courseIds)}`);
    return EXIT.done;
  } finally {
    interruption.forget();
  }
}

async function ask({ publications }: PublicationsAtHand, courseIds: readonly string[], { actor, reason, remove }: RepublishArguments): Promise<void> {
  const [courseId] = courseIds;
  if (remove.length > 0 && courseId !== undefined) await publications.republish(courseId, { actor, reason, remove });
  else await publications.republishMany(courseIds, { actor, reason });
}

/** @throws {CommandError} when one that was named is not in the catalog: nothing is asked for then. */
async function chosen({ publications, assertKnown }: PublicationsAtHand, courseIds: readonly string[] | null): Promise<readonly string[]> {
  if (courseIds === null) return (await allFailed(publications)).map(({ courseId }) => courseId);
  await assertKnown(courseIds);
  return courseIds;
}

/** The same, as they stand. @throws {CommandError} */
async function candidates({ publications, assertKnown, find }: PublicationsAtHand, courseIds: readonly string[] | null): Promise<Candidate[]> {
  if (courseIds === null) return (await allFailed(publications)).map((publication) => ({ courseId: publication.courseId, publication }));
  await assertKnown(courseIds);
  const found: Candidate[] = [];
  for (const courseId of courseIds) found.push({ courseId, publication: await find(courseId) });
  return found;
}
