import { publicationsCheck } from './publications.check.js';

const NOTHING = { waiting: 0, failed: 0, confirmRequired: 0, oldestWaitingSeconds: 0 };
const SETTINGS = { sweepIntervalMs: 5_000, publishToLms: true };

describe('the check of the publications', () => {
  it.each([
    [{}, 'ok', 'The LMS was told all', null],
    [{ waiting: 2, oldestWaitingSeconds: 25 }, 'ok', '2 waiting, the oldest for 25 s; 0 failed, 0 to be confirmed.', null],
    [{ waiting: 2, oldestWaitingSeconds: 25.1 }, 'warn', '2 waiting', 'See to it that a worker runs'],
    [{ failed: 1 }, 'warn', '0 waiting; 1 failed, 0 to be confirmed.', 'npm run ops -- catalog publications'],
    [{ confirmRequired: 1 }, 'warn', '1 to be confirmed', 'waits for an operator'],
    [{ failed: 1, waiting: 1, oldestWaitingSeconds: 7_200 }, 'warn', '1 waiting, the oldest for 2 h; 1 failed', 'catalog publications. See to it that a worker runs'],
  ])('judges %j: %s', async (change, verdict, fact, advice) => {
    const found = await publicationsCheck(() => Promise.resolve({ ...NOTHING, ...change }), SETTINGS);
    expect(found).toEqual({ verdict, fact: expect.stringContaining(fact) as string, advice: advice === null ? null : (expect.stringContaining(advice) as string) });
  });

  it('knows that nothing is published on purpose', async () => {
    const waiting = { ...NOTHING, waiting: 1, oldestWaitingSeconds: 7_200 };
    expect(await publicationsCheck(() => Promise.resolve(waiting), { ...SETTINGS, publishToLms: false })).toMatchObject({ verdict: 'ok', fact: expect.stringMatching(/PUBLISH_TO_LMS is false, so what waits goes on waiting\.$/) as string });
  });
});
