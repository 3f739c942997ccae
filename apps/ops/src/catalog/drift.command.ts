import type { INestApplicationContext } from '@nestjs/common';
import { CatalogDrift, Publications, type DriftSummary, type DriftWatch } from '#catalog';
import { CommandError } from '../command-failure.js';
import { EXIT, defineCommand } from '../command/command.js';
import type { Surroundings } from '../command/surroundings.js';
import { withLmsCatalog } from '../ops.context.js';
import { untilInterrupted } from '../resubmit/interruption.js';
import { readDrift, type DriftArguments } from './drift.arguments.js';
import { DriftProgress } from './drift.progress.js';
import { jsonReport, needsConfirmation, textReport, type DriftOutcome, type DriftReport } from './drift.text.js';

/** The LMS puts its whole list together before it sends the first byte of it. */
const LIST_SILENCE_MS = 10 * 60 * 1000;

/** `npm run ops -- catalog drift` */
export const driftCommand = defineCommand({
  name: 'catalog drift',
  synopsis: '[--repair] [--course ID] [--json]',
  summary: 'Names every course about which the LMS and the catalog differ, and repairs it',
  help: `  --course ID     this course run alone, such as course-v1:AcmeX+BIO1+2026; all of them when it is left out, which needs
                  LMS_OAUTH_CLIENT_ID and LMS_OAUTH_CLIENT_SECRET
  --repair        have what differs published again, so that the LMS gets what the catalog has. A mode that only the LMS
                  has is never removed unasked: it is named, and its course waits for a confirmation
  --reason "..."  why, with --repair
  --actor NAME    in whose name, with --repair; cli:<your login> when it is left out
  --json          answer in JSON: one line, written while the comparison goes on

Exit code 1 when something differs that was not repaired, or could not be compared. LMS_URL and LMS_API_KEY name the LMS.
`,
  read: readDrift,
  run: async (read, surroundings) => {
    const interruption = untilInterrupted();
    try {
      const outcome = await withLmsCatalog(surroundings.env, (app, lmsTimeoutMs) => compare(app, read, { surroundings, lmsTimeoutMs, signal: interruption.signal }));
      return isWell(outcome) ? EXIT.done : EXIT.failed;
    } catch (error) {
      if (!interruption.signal.aborted) throw error;
      surroundings.stderr.write('Interrupted: not every course was compared.\n');
      return EXIT.interrupted;
    } finally {
      interruption.forget();
    }
  },
});

interface Circumstances {
  readonly surroundings: Surroundings;
  readonly lmsTimeoutMs: number;
  readonly signal: AbortSignal;
}

async function compare(app: INestApplicationContext, { courseId, repair, json }: DriftArguments, { surroundings, lmsTimeoutMs, signal }: Circumstances): Promise<DriftOutcome> {
  const progress = new DriftProgress(surroundings.stderr);
  const report: DriftReport = (json ? jsonReport : textReport)((text) => surroundings.stdout.write(text));
  const repaired = { requested: 0, toConfirm: 0 };
  const watch: DriftWatch = {
    timeoutMs: courseId === null ? LIST_SILENCE_MS : lmsTimeoutMs,
    signal,
    onProgress: (compared, expected) => progress.update(compared, expected),
    onDrift: async (courses) => {
      progress.clear();
      courses.forEach((course) => report.add(course));
      if (repair === null) return;
      repaired.requested += await app.get(Publications).republishMany(courses.map(({ id }) => id), repair);
      repaired.toConfirm += courses.filter(needsConfirmation).length;
    },
  };
  try {
    const drift = app.get(CatalogDrift);
    const summary = courseId === null ? await drift.compareAll(watch) : known(await drift.compareOne(courseId, watch), courseId);
    progress.clear();
    const outcome = { summary, repair: repair === null ? null : repaired };
    report.end(outcome);
    return outcome;
  } finally {
    progress.clear();
  }
}

function known(summary: DriftSummary | null, courseId: string): DriftSummary {
  if (summary === null) throw new CommandError(`Neither the catalog nor the LMS has the course ${courseId}.`);
  return summary;
}

function isWell({ summary: { drifting, unreadable }, repair }: DriftOutcome): boolean {
  const left = repair === null ? drifting : repair.toConfirm;
  return left === 0 && unreadable === 0;
}
