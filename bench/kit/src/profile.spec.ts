import { ownTimes } from './profile.js';

const node = (id: number, functionName: string, url = '', children: number[] = []) => ({ id, callFrame: { functionName, url }, children });

/** Each sample lasts until the next: the deltas stand before their samples. */
const PROFILE = {
  startTime: 1_000,
  nodes: [
    node(1, '(root)', '', [2, 5, 6]),
    node(2, 'query', 'file:///clone/node_modules/pg/lib/client.js', [3]),
    node(3, 'Socket._write', 'node:net', [4]),
    node(4, 'writev'),
    node(5, 'settle', 'file:///clone/dist/libs/orders/src/settle.service.js'),
    node(6, '(idle)'),
  ],
  samples: [2, 4, 5, 6, 5],
  timeDeltas: [0, 100, 30, 20, 500],
};

describe('own times', () => {
  it("counts what Node does for a package as the package's, and how much of it was writing", () => {
    expect(ownTimes(PROFILE, 0).get('pg')).toEqual({ totalUs: 130, writingUs: 30 });
  });

  it('names our own code by its lib', () => {
    expect(ownTimes(PROFILE, 0).get('libs/orders')).toEqual({ totalUs: 20, writingUs: 0 });
  });

  it('keeps idle time apart', () => {
    expect(ownTimes(PROFILE, 0).get('(idle)')).toEqual({ totalUs: 500, writingUs: 0 });
  });

  it('leaves out what was before the moment that is asked for', () => {
    expect(ownTimes(PROFILE, 1_050).get('pg')).toEqual({ totalUs: 30, writingUs: 30 });
  });
});
