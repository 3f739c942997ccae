import { readPaymentEvents } from './payment-events.arguments.js';

const ID = '0191d0c0-0000-7000-8000-000000000001';

describe('the arguments of payment-events', () => {
  it('list, narrowed or not', () => {
    expect(readPaymentEvents([])).toEqual({ wanted: { list: {} }, json: false });
    expect(readPaymentEvents(['--status', 'parked', '--processor', 'stripe', '--order', 'OF-1', '--json'])).toEqual({ wanted: { list: { status: 'parked', processor: 'stripe', orderNumber: 'OF-1' } }, json: true });
  });

  it('show one, or have one replayed, in whose name and why', () => {
    expect(readPaymentEvents([ID])).toEqual({ wanted: { show: ID }, json: false });
    expect(readPaymentEvents(['--replay', ID, '--reason', ' key is right now ', '--actor', 'ann'])).toEqual({ wanted: { replay: ID, actor: 'ann', reason: 'key is right now' }, json: false });
    expect(readPaymentEvents(['--replay', ID, '--reason', 'x'])).toMatchObject({ wanted: { actor: expect.stringMatching(/^cli:\w/) as string } });
    expect(readPaymentEvents(['--dismiss', ID, '--reason', 'of the other shop', '--actor', 'ann'])).toEqual({ wanted: { dismiss: ID, actor: 'ann', reason: 'of the other shop' }, json: false });
  });

  it.each([
    [['--status', 'lost'], '--status must be one of received, processed, ignored, parked.'],
    [['--replay', ID], 'Say why: --reason "...".'],
    [['--dismiss', ID], 'Say why: --reason "...".'],
    [['--dismiss', 'evt_1', '--reason', 'x'], '--dismiss must be the id of an event'],
    [['--dismiss', ID, '--replay', ID, '--reason', 'x'], 'one of them'],
    [['--replay', 'evt_1', '--reason', 'x'], '--replay must be the id of an event'],
    [['evt_1'], 'The event must be the id of an event'],
    [['--replay', ID, '--reason', 'x', '--status', 'parked'], 'one of them'],
    [[ID, '--status', 'parked'], 'one of them'],
    [['--reason', 'x'], 'say --replay or --dismiss as well'],
    [[ID, ID], 'One argument is too many'],
  ])('%j are wrong: %s', (argv, sentence) => {
    expect(() => readPaymentEvents(argv)).toThrow(sentence);
  });
});
