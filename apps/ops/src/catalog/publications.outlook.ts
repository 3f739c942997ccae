import type { Publication } from '#catalog';
import { momentFrom } from '../command/time.js';

type Failure = NonNullable<Publication['failure']>;
export type OutlookFacts = Pick<Publication, 'courseId' | 'status' | 'publishedVersion' | 'nextAttemptAt' | 'failure' | 'extraModes'>;

/** What has to be done, and by whom, before a course that failed is worth publishing again. */
const REPAIRS: Readonly<Record<Failure['kind'], string>> = {
  configuration: 'an operator, who sets our access to the LMS right, or for a course team, which sets the course right',
  network: 'an operator, who sees to it that the LMS can be reached',
  timeout: 'an operator, who sees to it that the LMS answers in time',
  server: 'an operator, who asks those who run the LMS what is wrong there',
  rejected: 'a course team or an operator, who mends in the LMS, or in the course, what it refuses',
  throttled: 'an operator, who sets LMS_RATE_PER_MINUTE below what the LMS allows',
  unknown: 'an operator, who looks into the log of the workers for what happened',
};

/** How the tries of a course that waits end, where that is not by itself in time. What is refused waits only when the LMS showed something else than it was told. */
const ENDS: Readonly<Partial<Record<Failure['kind'], string>>> = {
  configuration: 'and so on until an operator sets our access to the LMS right: then it goes by itself',
  rejected: 'a few times in all, before it waits for somebody',
  throttled: 'and so on until the LMS takes it, so nobody has to act here',
};

/** What happens next to a publication, and who has to act, in one sentence. `now` is the database's. */
export function publicationOutlook(publication: OutlookFacts, now: Date): string {
  const { status, courseId, failure, extraModes } = publication;
  if (status === 'published') return published(publication, now);
  if (status === 'publishing') return 'A worker is at it, and another one takes over if it is lost, so nobody has to act.';
  if (status === 'waiting') return waiting(publication, now);
  const again = republishCommandOf(courseId);
  if (status === 'failed') return `It is not tried again by itself and waits for ${REPAIRS[failure?.kind ?? 'unknown']}; a change of the course is a new try, and so is: ${again}`;
  const modes = [...new Set(extraModes.map(({ mode }) => mode))];
  return `It waits for an operator, who takes ${modes.join(', ')} into the catalog, or confirms that the LMS loses ${modes.length === 1 ? 'it' : 'them'}: ${republishCommandOf(courseId, modes)}`;
}

function published({ publishedVersion, nextAttemptAt }: OutlookFacts, now: Date): string {
  const again = nextAttemptAt === null ? '' : ` It is looked at once more ${momentFrom(now, nextAttemptAt)}, because an older call may still arrive there.`;
  return `The LMS has version ${publishedVersion ?? 'unknown'}, so nobody has to act.${again}`;
}

function waiting({ nextAttemptAt, failure }: OutlookFacts, now: Date): string {
  if (nextAttemptAt === null) return 'A worker takes it up, so nobody has to act.';
  if (nextAttemptAt > now) return `It is tried again by itself ${momentFrom(now, nextAttemptAt)}, ${ENDS[failure?.kind ?? 'unknown'] ?? 'and so on until it succeeds, so nobody has to act here'}.`;
  return `It is due since ${momentFrom(now, nextAttemptAt)}, and the next free worker takes it; if it stays so, an operator looks why: npm run ops -- doctor`;
}

function republishCommandOf(courseId: string, remove: readonly string[] = []): string {
  return `npm run ops -- catalog republish ${shellWord(courseId)}${remove.map((mode) => ` --remove ${shellWord(mode)}`).join('')} --reason "..."`;
}

/** Names come from outside, and the command is there to be copied into a shell. */
function shellWord(text: string): string {
  return /^[\w%+:,./@-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
