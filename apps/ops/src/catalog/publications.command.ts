import { CommandError } from '../command-failure.js';
import { EXIT, defineCommand } from '../command/command.js';
import type { Surroundings } from '../command/surroundings.js';
import { readPublications, type PublicationsArguments } from './publications.arguments.js';
import { withPublications } from './publications.context.js';
import { listOldest } from './publications.list.js';
import { publicationOutlook } from './publications.outlook.js';
import { publicationText } from './publications.report.js';
import { listText } from './publications.text.js';

/** `npm run ops -- catalog publications` */
export const publicationsCommand = defineCommand<PublicationsArguments>({
  name: 'catalog publications',
  synopsis: '[course] [--status S] [--json]',
  summary: 'Lists what the LMS was not told yet, or shows one course: why it waits, what happens next, what was tried',
  help: `  course       the course run, such as course-v1:AcmeX+BIO1+2026
  --status S   list only these: waiting, publishing, published, failed or confirm_required; all but the published ones when it
               is left out. Oldest requests first, at most 100
  --json       answer in JSON
`,
  read: readPublications,
  run: (read, surroundings) => (read.courseId === null ? list(read, surroundings) : show(read.courseId, read.json, surroundings)),
});

function list({ status, json }: PublicationsArguments, { env, stdout }: Surroundings): Promise<number> {
  return withPublications(env, async ({ publications, now }) => {
    const found = await listOldest(publications, status);
    stdout.write(json ? `${JSON.stringify(found)}\n` : listText(found, status, await now()));
    return EXIT.done;
  });
}

function show(courseId: string, json: boolean, { env, stdout }: Surroundings): Promise<number> {
  return withPublications(env, async ({ find, assertKnown, now }) => {
    const publication = await find(courseId);
    if (publication === null) {
      await assertKnown([courseId]);
      throw new CommandError(`Nothing of ${courseId} was ever to be published. A change of the course has it published, and so does: npm run ops -- catalog republish`);
    }
    const readAt = await now();
    stdout.write(json ? `${JSON.stringify({ ...publication, outlook: publicationOutlook(publication, readAt), readAt })}\n` : publicationText(publication, readAt));
    return EXIT.done;
  });
}
