import { opsCommand } from './ops.command-line.js';

/** What a check that was given up may still hold open, a connection that hangs, does not keep the program. */
const LINGER_MS = 500;

// Who reads us may have seen enough (`| head`).
process.stdout.on('error', () => process.exit());
// Started by another program, this one ends with it.
process.once('disconnect', () => process.exit(1));
process.channel?.unref();

process.exitCode = await opsCommand({ argv: process.argv.slice(2), env: process.env, stdout: process.stdout, stderr: process.stderr });
setTimeout(() => process.exit(), LINGER_MS).unref();
