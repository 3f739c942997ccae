import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { report, runBench } from '../../kit/src/bench-program.js';
import { ForkedProgram } from '../../kit/src/forked-program.js';
import { Ground } from '../../kit/src/ground.js';
import { describeMachine, loadOfLastMinute } from '../../kit/src/machine.js';
import { machineLines } from '../../kit/src/table.js';
import { runBaseline } from './baseline.js';
import { MODES, writeCsv } from './bench-courses.js';
import { runImport } from './import-run.js';
import { readOptions, USAGE, type ImportBenchOptions } from './options.js';
import { table, type RoundFigures } from './report.js';

const ANSWERS_WITHIN_MS = 5_000;
const loadBefore = loadOfLastMinute();

async function round(ground: Ground, lms: ForkedProgram, courses: number, number: number): Promise<RoundFigures> {
  const file = join(ground.folder, `${courses}.csv`);
  await writeCsv(file, courses);
  // PostgreSQL's own account reads it for the baseline.
  chmodSync(file, 0o644);
  await lms.ask({ courses }, ANSWERS_WITHIN_MS);
  const name = `import_${courses}_${number}`;
  const terms = async (what: string) => ({ databaseUrl: await ground.makeDatabase(`${name}_${what}`), lmsUrl: lms.url, folder: ground.folder });
  const [fromFile, fromLms] = [await terms('csv'), await terms('lms')];
  const rows = courses * MODES.length;
  const imports = {
    CSV: await runImport(['csv', file], `Imported ${rows} rows: ${rows} created`, fromFile),
    'CSV again': await runImport(['csv', file], `Imported ${rows} rows: 0 created, 0 updated, ${rows} unchanged`, fromFile),
    LMS: await runImport(['lms'], `Imported ${rows} rows: ${rows} created`, fromLms),
  };
  return { courses, imports, baseline: await runBaseline(await ground.makeDatabase(`${name}_bare`), file) };
}

async function measure(ground: Ground, { courses, rounds }: ImportBenchOptions): Promise<string> {
  const lms = ground.closing(await ForkedProgram.start('The LMS stub', join(import.meta.dirname, 'lms-list.main.js')));
  const figures: RoundFigures[] = [];
  for (let number = 1; number <= rounds; number += 1) {
    for (const size of courses) {
      report(`Round ${number} of ${rounds}, ${size} courses …`);
      figures.push(await round(ground, lms, size, number));
    }
  }
  const machine = await describeMachine(await ground.makeDatabase('machine'), loadBefore);
  return [table(figures), '', machineLines(machine)].join('\n');
}

async function bench(options: ImportBenchOptions, stopAsked: Promise<never>): Promise<void> {
  console.log(`\n${await Ground.use(report, (ground) => Promise.race([measure(ground, options), stopAsked]))}`);
}

await runBench({ usage: USAGE, readOptions, bench });
