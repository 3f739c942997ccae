import fc from 'fast-check';
import { WorkGate } from './work-gate.js';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Work that ends when it is told to. */
function task(gate: WorkGate, alone = false) {
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  const state = { started: false };
  const admitted = gate.run(alone, () => {
    state.started = true;
    return ended;
  });
  return { state, admitted, end };
}

describe('WorkGate', () => {
  it('never runs more than its slots, never anything beside work that is alone, and everything in the end (the lock: slots are taken before work starts)', async () => {
    const works = fc.array(fc.record({ alone: fc.boolean(), turns: fc.nat(3), fails: fc.boolean() }), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 5 }), works, async (capacity, all) => {
        const gate = new WorkGate(capacity);
        let shared = 0;
        let alone = 0;
        const run = (work: (typeof all)[number]) => async () => {
          if (work.alone) alone += 1;
          else shared += 1;
          expect(alone === 0 ? shared <= capacity : alone === 1 && shared === 0).toBe(true);
          for (let count = 0; count < work.turns; count += 1) await turn();
          if (work.alone) alone -= 1;
          else shared -= 1;
          if (work.fails) throw new Error('failed');
        };
        const ends = await Promise.allSettled(all.map((work) => gate.run(work.alone, run(work))));
        const outcome = (end: PromiseSettledResult<boolean>) => (end.status === 'rejected' ? end.reason instanceof Error && end.reason.message : end.value);
        expect(ends.map(outcome)).toEqual(all.map(({ fails }) => (fails ? 'failed' : true)));
        expect([gate.running, gate.waiting]).toEqual([0, 0]);
      }),
    );
  });

  it('does not starve work that is alone: shared work that came after it waits (the lock: first come, first served)', async () => {
    const gate = new WorkGate(3);
    const before = task(gate);
    const alone = task(gate, true);
    const after = task(gate);
    await turn();
    expect([before.state.started, alone.state.started, after.state.started]).toEqual([true, false, false]);
    before.end();
    await turn();
    expect([alone.state.started, after.state.started]).toEqual([true, false]);
    alone.end();
    await turn();
    expect(after.state.started).toBe(true);
    after.end();
  });

  it('does not starve shared work: it runs between two that are alone', async () => {
    const gate = new WorkGate(2);
    const [first, shared, second] = [task(gate, true), task(gate), task(gate, true)];
    first.end();
    await turn();
    expect([shared.state.started, second.state.started]).toEqual([true, false]);
    shared.end();
    second.end();
    expect(await Promise.all([first.admitted, shared.admitted, second.admitted])).toEqual([true, true, true]);
  });

  it('sends away what waits when it is closed, and is idle when what runs has ended', async () => {
    const gate = new WorkGate(1);
    const [running, waiting] = [task(gate), task(gate)];
    await turn();
    gate.close();
    expect(await waiting.admitted).toBe(false);
    expect(await task(gate).admitted).toBe(false);
    let idle = false;
    const becomesIdle = gate.idle().then(() => (idle = true));
    await turn();
    expect(idle).toBe(false);
    running.end();
    await becomesIdle;
    expect([await running.admitted, waiting.state.started]).toEqual([true, false]);
  });

  it.each([0, 1.5, Number.NaN])('has no use for %s slots', (capacity) => {
    expect(() => new WorkGate(capacity)).toThrow(/whole number above 0/);
  });
});
