import { gatewayWaits } from './gateway-waits.js';

it('the slowest gateway is waited for, whichever it is', () => {
  expect(gatewayWaits([{ timeoutMs: 15_000 }, { timeoutMs: 40_000 }, { timeoutMs: 500 }])).toEqual({ callMs: 40_500, workMs: 82_000 });
});

it('nobody is waited for where no gateway is called', () => {
  expect(gatewayWaits([])).toEqual({ callMs: 0, workMs: 0 });
});
