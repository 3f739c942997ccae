import { join } from 'node:path';
import { cloneFolder } from '../../../apps/local/src/clone-folder.js';
import { someSeats } from '../stage/crowd.js';
import type { Stroke } from '../stage/strokes.js';
import { strikeWhileBuying, type Drill, type Play } from './drill.js';

const EVERY = 20;
/** RETRY_MAX_LOST_LEASES by default. */
const LIVES = 3;
const PRODUCT = { type: 'killer', priceMinor: 100 };

/** Lines that wait together for the worker: whoever kills it takes neighbours along. */
const failTogether: Stroke = async ({ lms }) => {
  await lms.control.faults({ kind: 'status', status: 503, times: 10 }, { kind: 'latency', ms: 100 });
};

/** A line kills as often as a line may lose its holder, and not once more. */
async function objections({ scene }: Play): Promise<string[]> {
  const killers = await scene.sql<{ id: string; lost: number }>(
    `select l.id, (select count(*)::int from fulfillment_attempt a where a.line_id = l.id and a.outcome = 'unknown') as lost from order_line l where l.product_type = 'killer'`,
  );
  const deaths = scene.replicas.reduce((total, replica) => total + replica.deaths, 0);
  for (let death = 0; death < deaths; death += 1) scene.count('process killed by the fulfiller');
  return [
    ...killers.filter(({ lost }) => lost !== LIVES).map(({ id, lost }) => `killer line ${id} lost ${lost} holders and not ${LIVES}`),
    ...(killers.length > 0 && deaths > 0 && deaths <= LIVES * killers.length ? [] : [`${killers.length} killer lines ended ${deaths} processes`]),
  ];
}

export const killer: Drill = {
  number: 7,
  title: 'a fulfiller that kills its process each time',
  stage: {
    apis: 1,
    workers: 1,
    env: { PRODUCT_TYPES_FILE: join(cloneFolder(), 'test/chaos/killer/product-types.yaml') },
    products: { KILL_ANYBODY: { ...PRODUCT, details: { kills: 'anybody' } }, KILL_WORKER: { ...PRODUCT, details: { kills: 'worker' } } },
  },
  crowd: {
    size: 6,
    basket: (random, number) => (number % EVERY === EVERY / 4 ? ['KILL_ANYBODY', ...someSeats(random)] : number % EVERY === EVERY / 2 ? ['KILL_WORKER'] : someSeats(random)),
  },
  short: { orders: 40, strokes: 8 },
  mustFail: ['killer'],
  play: (play) => strikeWhileBuying(play, [failTogether], { least: 300, most: 700 }),
  objections,
};
