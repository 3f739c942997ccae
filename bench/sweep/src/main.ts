import { report, runBench } from '../../kit/src/bench-program.js';
import { settleDatabase, withClient } from '../../kit/src/database.js';
import { Ground } from '../../kit/src/ground.js';
import { describeMachine, loadOfLastMinute } from '../../kit/src/machine.js';
import { machineLines } from '../../kit/src/table.js';
import { measure, planOf, SIZES, type Clients, type Figures, type Size } from './measure.js';
import { readOptions, USAGE, type SweepOptions } from './options.js';
import { writeOrders } from './orders.js';
import { QUESTIONS } from './questions.js';
import { table } from './report.js';

const loadBefore = loadOfLastMinute();

async function fill(ground: Ground, size: Size, orders: number, dueOrders: number): Promise<string> {
  report(`Writing ${orders} orders …`);
  const url = await ground.makeDatabase(`sweep_${size}`);
  await writeOrders(url, orders, dueOrders);
  await settleDatabase(url);
  return url;
}

async function compare(ground: Ground, { fewOrders, manyOrders, dueOrders, rounds }: SweepOptions): Promise<string[]> {
  const [fewUrl, manyUrl] = [await fill(ground, 'few', fewOrders, dueOrders), await fill(ground, 'many', manyOrders, dueOrders)];
  const machine = await describeMachine(fewUrl, loadBefore);
  return withClient(fewUrl, (few) => withClient(manyUrl, async (many) => {
    const { figures, plans } = await askAll({ few, many }, rounds);
    return [table(figures, { fewOrders, manyOrders }), ...plans, '', machineLines(machine)];
  }));
}

async function askAll(clients: Clients, rounds: number): Promise<{ figures: Figures[]; plans: string[] }> {
  const figures: Figures[] = [];
  const plans: string[] = [];
  for (const question of QUESTIONS) {
    report(`Asking, ${question.name} …`);
    figures.push(await measure(clients, question, rounds));
    for (const size of SIZES) plans.push(`\n${question.name}, ${size} orders\n${await planOf(clients[size], question)}`);
  }
  return { figures, plans };
}

async function bench(options: SweepOptions, stopAsked: Promise<never>): Promise<void> {
  const lines = await Ground.use(report, (ground) => Promise.race([compare(ground, options), stopAsked]));
  console.log(['', ...lines].join('\n'));
}

await runBench({ usage: USAGE, readOptions, bench });
