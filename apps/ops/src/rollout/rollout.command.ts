import { EXIT, defineCommand } from '../command/command.js';
import { readRollout } from './rollout.arguments.js';
import { withRollout } from './rollout.context.js';
import { rolloutJson, rolloutText } from './rollout.text.js';

/** `npm run ops -- rollout` */
export const rolloutCommand = defineCommand({
  name: 'rollout',
  synopsis: '[show | off --reason "…" | on --reason "…"] [--json]',
  summary: 'Shows which courses use this service, or sends every course back to the old workflow',
  help: `  show            the switch and the rules; what is done without a word
  off             send every course back to the old workflow, at once; the rules stay
  on              let the rules decide again
  --reason "..."  why: it goes into the history. Needed for off and on
  --actor NAME    in whose name; cli:<your login> when it is left out
  --json          answer in JSON

The rules are changed over HTTP: POST /v1/rollout/plan tells what they would do, PUT /v1/rollout does it.
`,
  read: readRollout,
  run: async ({ switchTo, json }, { env, stdout }) => {
    const rollout = await withRollout(env, (found) => (switchTo ? found.switchTo(switchTo.enabled, switchTo) : found.current()));
    stdout.write(json ? rolloutJson(rollout) : rolloutText(rollout, new Date()));
    return EXIT.done;
  },
});
