import { setTimeout as sleep } from 'node:timers/promises';
import type { PaymentWorld } from './payment-world.js';
import { LATE_MS } from './payment-world.steps.js';

const MOST_ROUNDS = 25;

/** Everything works again, and everybody has had all the time that he needs: what is left then stays as it is. */
export async function heal(world: PaymentWorld): Promise<void> {
  await world.provider.mend();
  await world.control.faults();
  await world.control.ways({ refunds: 'succeed' });
  await whatIsLateHasCome(world);
  await endPendingRefunds(world);
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    await world.letTimePass();
    world.receiveBy(round);
    const sent = await world.control.release();
    const worked = await workOff(world, round);
    if (sent.length === 0 && worked === 0) return;
  }
}

async function workOff(world: PaymentWorld, place: number): Promise<number> {
  let worked = 0;
  for (const { name } of world.process(place).sources) {
    const found = await world.turn(place, name);
    // A payment that waits for its buyer is looked at for ever.
    if (name !== 'payment-checks') worked += found;
  }
  return worked;
}

/** A call that was given up may arrive at the gateway all the same. */
async function whatIsLateHasCome(world: PaymentWorld): Promise<void> {
  const calls = await world.control.calls({ method: 'POST' });
  if (calls.some(({ fault, worked }) => fault === 'latency' && !worked)) await sleep(LATE_MS);
}

async function endPendingRefunds(world: PaymentWorld): Promise<void> {
  for (const { refunds } of await world.control.payments()) {
    for (const { id, status } of refunds) if (status === 'pending') await world.control.succeedRefund(id);
  }
}
