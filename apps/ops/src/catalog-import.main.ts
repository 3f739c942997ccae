import { importCommand } from './catalog-import.command.js';

process.exitCode = await importCommand({ argv: process.argv.slice(2), env: process.env, stdout: process.stdout, stderr: process.stderr });
