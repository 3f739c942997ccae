import { EXIT, defineCommand } from '../command/command.js';
import { readPaymentEvents, type PaymentEventsArguments } from './payment-events.arguments.js';
import { withPaymentEvents, type PaymentEventsAtHand } from './payment-events.context.js';
import { dismissedText, eventText, listText, replayedText } from './payment-events.text.js';

const LENGTH = 100;

/** `npm run ops -- payment-events` */
export const paymentEventsCommand = defineCommand<PaymentEventsArguments>({
  name: 'payment-events',
  synopsis: '[<id> | --replay ID | --dismiss ID --reason "…" | filters] [--json]',
  summary: 'Lists what payment gateways have told, shows one event with its body, has one looked at again, or closes a parked one',
  help: `  <id>             one event: what it names, what came of it, and its body as it came
  --status S       list only these: received, processed, ignored or parked
  --processor P    only those of this name in the map of payment processors
  --order N        only those that name this order
  --replay ID      have an event looked at again, whatever became of it: its payment is read back
  --dismiss ID     nothing is to be done about a parked event: it is ignored from now on
  --reason "..."   why: it is kept with the event. Needed with --replay and --dismiss
  --actor NAME     in whose name; cli:<your login> when it is left out
  --json           answer in JSON

The list begins with the newest and has at most ${LENGTH}.
`,
  read: readPaymentEvents,
  run: async (read, { env, stdout }) => {
    stdout.write(await withPaymentEvents(env, (atHand) => answerTo(read, atHand)));
    return EXIT.done;
  },
});

async function answerTo({ wanted, json }: PaymentEventsArguments, { reader, replays, dismissals, now }: PaymentEventsAtHand): Promise<string> {
  const inJson = (answer: unknown) => `${JSON.stringify(answer)}\n`;
  if ('replay' in wanted) {
    const event = await replays.replay(wanted.replay, wanted);
    return json ? inJson(event) : replayedText(event);
  }
  if ('dismiss' in wanted) {
    const event = await dismissals.dismiss(wanted.dismiss, wanted);
    return json ? inJson(event) : dismissedText(event);
  }
  if ('show' in wanted) {
    const event = await reader.byId(wanted.show);
    return json ? inJson(event) : eventText(event, await now());
  }
  const [page, figures] = [await reader.list(wanted.list, LENGTH, null), await reader.figures()];
  return json ? inJson({ items: page.events, more: page.nextAfterId !== null, figures }) : listText(page, figures, await now());
}
