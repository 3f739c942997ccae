import { EnvironmentError, readEnvironment } from './environment.js';
import { PortTakenError, startSandbox, type Sandbox } from './sandbox.js';
import { USAGE } from './usage.js';
import { StateFileError } from './world/journal.js';

/** Whatever hangs, the process is gone after this. */
const STOP_WITHIN_MS = 900;

function stopOnSignals(starting: Promise<Sandbox>): void {
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(0), STOP_WITHIN_MS);
    void starting.then((sandbox) => sandbox.stop()).finally(() => process.exit(0));
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  // Started by a parent that holds a channel: when the parent dies, so does this.
  if (process.send !== undefined) process.on('disconnect', stop);
}

async function run(): Promise<void> {
  const starting = startSandbox(readEnvironment(process.env));
  stopOnSignals(starting);
  const { gatewayUrl, controlUrl } = await starting;
  process.stdout.write(`${JSON.stringify({ event: 'ready', gatewayUrl, controlUrl })}\n`);
}

function fail(error: unknown): void {
  const isExpected = error instanceof EnvironmentError || error instanceof PortTakenError || error instanceof StateFileError;
  const sentence = error instanceof Error ? (isExpected ? error.message : (error.stack ?? error.message)) : String(error);
  process.stderr.write(`gateway-sandbox: ${sentence}\n`);
  process.exit(1);
}

const [argument] = process.argv.slice(2);
if (argument === '--help' || argument === '-h') process.stdout.write(USAGE);
else if (argument !== undefined) fail(new EnvironmentError(`There is no argument ${argument}; --help says what there is.`));
else run().catch(fail);
