import { report, runBench } from '../../kit/src/bench-program.js';
import { Ground } from '../../kit/src/ground.js';
import { describeMachine, loadOfLastMinute } from '../../kit/src/machine.js';
import { machineLines } from '../../kit/src/table.js';
import { readOptions, USAGE, type MemoryOptions } from './options.js';
import type { Reading } from './reading.js';
import { figures } from './report.js';
import { WatchedWorker } from './watched-worker.js';

const loadBefore = loadOfLastMinute();

async function watch(ground: Ground, { lines, stepLines, warmLines, withRedis }: MemoryOptions): Promise<string> {
  report('Starting the LMS stub and the worker …');
  const worker = await WatchedWorker.start(ground, withRedis);
  const machine = await describeMachine(worker.databaseUrl, loadBefore);
  const readings: Reading[] = [];
  for (const reached of moments(lines, stepLines)) {
    readings.push(await worker.deliver(reached));
    report(`${reached} of ${lines} lines …`);
  }
  return [withRedis ? 'worker, woken by Bull' : 'worker without Redis', '', figures(readings, warmLines), '', machineLines(machine)].join('\n');
}

function moments(lines: number, stepLines: number): number[] {
  const steps = Array.from({ length: Math.floor(lines / stepLines) }, (_, index) => (index + 1) * stepLines);
  return [...new Set([1, ...steps, lines])];
}

async function bench(options: MemoryOptions, stopAsked: Promise<never>): Promise<void> {
  console.log(`\n${await Ground.use(report, (ground) => Promise.race([watch(ground, options), stopAsked]))}`);
}

await runBench({ usage: USAGE, readOptions, bench });
