import { PAYMENTS_IN_SMALL, runPaymentsDrill } from './payments-drill.js';

const SEED = 20_261_122;

// In small; `npm run chaos -- --drills 9` plays it at length. Each guard by itself: payments-property.spec.ts.
it('api and worker killed at named points and at random: each order is paid, delivered and returned once', async () => {
  const { breaches, logs } = await runPaymentsDrill(SEED, PAYMENTS_IN_SMALL);
  expect({ seed: SEED, breaches, logs }).toEqual({ seed: SEED, breaches: [], logs: [] });
}, 240_000);
