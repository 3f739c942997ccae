import { writeFileSync } from 'node:fs';

/*
 * Loaded into a program before its own code: when it ends, it writes down the most of the machine's memory that it ever held (in KiB, what
 * Linux calls VmHWM), in the file that PEAK_MEMORY_FILE names.
 */

const file = process.env['PEAK_MEMORY_FILE'];
if (file !== undefined) process.once('exit', () => writeFileSync(file, String(process.resourceUsage().maxRSS)));
