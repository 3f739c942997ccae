import { countOf } from '#payments';
import { CommandError } from '../command-failure.js';
import { EXIT, defineCommand } from '../command/command.js';
import type { Surroundings } from '../command/surroundings.js';
import { untilInterrupted } from '../resubmit/interruption.js';
import { readReconcile, windowOf, type ReconcileArguments } from './payments.arguments.js';
import { withPayments, type PaymentsAtHand } from './payments.context.js';
import { ReconcileProgress } from './payments.progress.js';
import { jsonReport, textReport, type ReconcileOutcome } from './payments.text.js';

/** `npm run ops -- reconcile payments` */
export const reconcilePaymentsCommand = defineCommand<ReconcileArguments>({
  name: 'reconcile payments',
  synopsis: '[--processor N] [--since S] [--until S] [--repair] [--json]',
  summary: 'Names every payment and refund that a gateway and our records do not agree on, and repairs it',
  help: `  --processor N   this entry of the map of payment processors alone; all gateways when it is left out
  --since S       from when on: a span up to now such as 12h or 2d, or a time such as 2026-11-22T10:00:00Z; 3d when it is left out
  --until S       until when, in the same forms; now when it is left out
  --repair        read back and write down what is no doubt, as a webhook would: money that was taken opens its order or is parked,
                  refunds of the gateway's console are recorded. Takes no money and returns none. The worker does what follows
  --actor NAME    in whose name, with --repair; cli:<your login> when it is left out
  --json          answer in JSON: one line, written while the comparison goes on

Writes nothing without --repair. Refunds are compared on the payments of that time, whenever they were made. Amounts are in minor units.
Set the variables that API and worker have: DATABASE_URL, PAYMENT_PROCESSORS_FILE, and what the map names.

Exit code 1 when a difference is left, or a gateway could not be asked to the end.
`,
  read: readReconcile,
  run: async (read, surroundings) => {
    const interruption = untilInterrupted();
    try {
      const outcomes = await withPayments(surroundings.env, (atHand) => reconcile(read, atHand, { surroundings, signal: interruption.signal }));
      if (interruption.signal.aborted) return EXIT.interrupted;
      return outcomes.every(({ differences, end }) => countOf(differences) === 0 && end === 'complete') ? EXIT.done : EXIT.failed;
    } finally {
      interruption.forget();
    }
  },
});

interface Circumstances {
  readonly surroundings: Surroundings;
  readonly signal: AbortSignal;
}

async function reconcile(read: ReconcileArguments, { reconciliation, gateways, now }: PaymentsAtHand, { surroundings: { stdout, stderr }, signal }: Circumstances): Promise<ReconcileOutcome[]> {
  const { processor: named, repairedBy, json } = read;
  if (named === null && gateways.length === 0) throw new CommandError('The map of payment processors has no gateway: there is nothing to compare with.');
  const window = windowOf(read, await now());
  const report = json ? jsonReport((text) => stdout.write(text)) : textReport((text) => stdout.write(text), repairedBy !== null);
  const outcomes: ReconcileOutcome[] = [];
  for (const processor of named === null ? gateways : [named]) {
    if (signal.aborted) break;
    const progress = new ReconcileProgress(stderr, processor);
    try {
      const summary = await reconciliation.run({ processor, ...window, repairedBy }, { signal, onDifference: (difference) => report.add(processor, difference), onProgress: (far) => progress.update(far) });
      progress.clear();
      outcomes.push({ processor, ...window, ...summary });
      report.done({ processor, ...window, ...summary });
    } finally {
      progress.clear();
    }
  }
  report.end();
  return outcomes;
}
