import { parseArgs } from 'node:util';
import { z } from 'zod';
import { checked, refusingWrongOptions } from '../command/arguments.js';
import { EXIT, defineCommand } from '../command/command.js';
import { runChecks } from './check.js';
import { doctorChecks } from './doctor.checks.js';
import { doctorText } from './doctor.text.js';
import { redactor } from './secrets.js';
import { doctorSettings } from './settings.js';

const USUAL_LIMIT_S = 5;
/** What a check has besides the answer that it waits for. */
const MARGIN_SHARE = 0.2;
const CLOSE_LIMIT_MS = 1_000;

const seconds = z.string().regex(/^([1-9]\d{0,2})$/, 'must be a whole number of seconds from 1 to 999').transform(Number);

/** `npm run ops -- doctor` */
export const doctorCommand = defineCommand({
  name: 'doctor',
  synopsis: '[--timeout S] [--json]',
  summary: 'Looks whether all that the service needs is there and well, and says what to do where it is not',
  help: `  --timeout S   how many seconds each check may take; ${USUAL_LIMIT_S} when it is left out
  --json        answer in JSON

Looks at the environment, the token map, database, migrations, clocks, Redis, the LMS, both our credentials with it, whom deliveries
may call, the backlog, the workers, the publications, the payments and the refunds. It changes nothing, and prints no secret. Every check is made, whatever another one finds,
all at once. Set the variables that API and workers have: it judges what it sees from where it runs.

Exit code 1 when any check says FAIL.
`,
  read: (argv) => {
    const options = { timeout: { type: 'string', default: String(USUAL_LIMIT_S) }, json: { type: 'boolean', default: false } } as const;
    const { timeout, json } = refusingWrongOptions(() => parseArgs({ args: [...argv], options })).values;
    return { limitMs: 1_000 * checked('--timeout', seconds, timeout), json };
  },
  run: async ({ limitMs, json }, { env, stdout }) => {
    const { checks, close } = doctorChecks(env, doctorSettings(env, (1 - MARGIN_SHARE) * limitMs));
    const redact = redactor(env);
    const found = await runChecks(checks, limitMs);
    const diagnoses = found.map((diagnosis) => ({ ...diagnosis, fact: redact(diagnosis.fact), advice: diagnosis.advice && redact(diagnosis.advice) }));
    const healthy = diagnoses.every(({ verdict }) => verdict !== 'fail');
    stdout.write(json ? `${JSON.stringify({ healthy, checks: diagnoses })}\n` : doctorText(diagnoses));
    await within(CLOSE_LIMIT_MS, close());
    return healthy ? EXIT.done : EXIT.failed;
  },
});

/** What hangs is left behind. */
async function within(limitMs: number, closing: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, limitMs)));
  await Promise.race([closing.catch(() => undefined), late]);
  clearTimeout(timer);
}
