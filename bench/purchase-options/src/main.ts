import { join } from 'node:path';
import { report, runBench } from '../../kit/src/bench-program.js';
import { Ground } from '../../kit/src/ground.js';
import { describeMachine, loadOfLastMinute } from '../../kit/src/machine.js';
import { profileTable, profiling } from '../../kit/src/profile.js';
import { machineLines } from '../../kit/src/table.js';
import { measurePoint, type Point } from './measure.js';
import { readOptions, USAGE, type ReadingOptions } from './options.js';
import { table } from './report.js';
import { CONTESTANTS, setStage, type Cast } from './stage.js';

const loadBefore = loadOfLastMinute();

async function measure(cast: Cast, options: ReadingOptions): Promise<{ readonly points: Point[]; readonly lines: string[]; readonly measuredFromUs: number }> {
  const machine = await describeMachine(cast.databaseUrl, loadBefore);
  report('Warming up …');
  for (const contestant of CONTESTANTS) await cast.readers.read({ url: cast.servers[contestant].url, readers: Math.max(...options.readerCounts), courses: options.courses, durationMs: options.warmUpMs });
  const measuredFromUs = Number(process.hrtime.bigint() / 1_000n);
  const points: Point[] = [];
  for (const readers of options.readerCounts) {
    report(`Measuring ${readers} reader(s) …`);
    points.push(await measurePoint(cast, options, readers));
  }
  return { points, measuredFromUs, lines: ['', table(points), '', `${options.courses} courses, ${cast.bodyBytes} bytes an answer`, machineLines(machine)] };
}

async function bench(options: ReadingOptions, stopAsked: Promise<never>): Promise<void> {
  const folders = { product: join(options.profileFolder ?? '', 'product'), baseline: join(options.profileFolder ?? '', 'baseline') };
  const env = options.profileFolder === null ? { product: {}, baseline: {} } : { product: profiling(folders.product), baseline: profiling(folders.baseline) };
  const work = async (ground: Ground) => measure(await setStage(ground, options, env, report), options);
  const { points, lines, measuredFromUs } = await Ground.use(report, (ground) => Promise.race([work(ground), stopAsked]));
  console.log(lines.join('\n'));
  if (options.profileFolder === null) return;
  for (const contestant of CONTESTANTS) {
    const count = points.reduce((total, { figures }) => total + figures[contestant].answers, 0);
    console.log(`\n${contestant}\n${profileTable(folders[contestant], measuredFromUs, { what: 'an answer', count })}`);
  }
}

await runBench({ usage: USAGE, readOptions, bench });
