import { ConfigurationFailure, DeliveryFailure, UnknownOutcome, isConfigurationFailure, isDeliveryFailure } from './failures.js';

const BRAND = Symbol.for('@order-fulfillment/fulfiller-kit:failure');

describe('a failure', () => {
  it('has nothing to wait for, and certainly did not arrive, unless it says so', () => {
    const failure = new DeliveryFailure({ kind: 'rejected', detail: 'No.', passing: false });
    expect(failure).toMatchObject({ detail: 'No.', message: 'No.', retryAfterMs: null, httpStatus: null, mayHaveArrived: false, readBack: false });
  });

  it('keeps the wait of no time at all', () => {
    expect(new DeliveryFailure({ kind: 'throttled', detail: 'Again.', passing: true, retryAfterMs: 0 }).retryAfterMs).toBe(0);
  });

  it('is cut at 500 characters, in its message too', () => {
    const failure = new DeliveryFailure({ kind: 'server', detail: 'x'.repeat(501), passing: true });
    expect(failure.detail).toHaveLength(500);
    expect(failure.message).toBe(failure.detail);
  });

  it('of unknown outcome is passing, and is read back', () => {
    expect(new UnknownOutcome({ kind: 'timeout', detail: 'Late.' })).toMatchObject({ name: 'UnknownOutcome', passing: true, mayHaveArrived: true, readBack: true });
  });

  it('of the configuration is lasting, and lists what is wrong', () => {
    const problems = [{ pointer: '/mode', message: 'is missing' }];
    expect(new ConfigurationFailure('Wrong.', problems)).toMatchObject({ kind: 'configuration', passing: false, problems });
  });
});

describe('isDeliveryFailure', () => {
  it('knows every failure of the contract, and those of another copy of this package', () => {
    const foreign = Object.assign(new Error('No.'), { [BRAND]: true });
    const failures = [new DeliveryFailure({ kind: 'server', detail: '', passing: true }), new UnknownOutcome({ kind: 'network', detail: '' }), new ConfigurationFailure(''), foreign];
    expect(failures.map(isDeliveryFailure)).toEqual([true, true, true, true]);
  });

  it.each([[undefined], [null], ['failure'], [7], [{}], [new Error('bug')], [{ kind: 'server', passing: true }]])('does not take %p for one', (thrown) => {
    expect(isDeliveryFailure(thrown)).toBe(false);
  });
});

it('isConfigurationFailure asks for problems', () => {
  expect(isConfigurationFailure(new ConfigurationFailure('Wrong.'))).toBe(true);
  expect(isConfigurationFailure(new DeliveryFailure({ kind: 'configuration', detail: 'Wrong.', passing: false }))).toBe(false);
  expect(isConfigurationFailure({ problems: [] })).toBe(false);
});
