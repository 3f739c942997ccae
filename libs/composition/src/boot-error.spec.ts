import { EnvironmentError, PaymentProcessorsError, ProductTypesError } from '#config';
import { LeaseTooShortError, WiringError } from '#fulfillment';
import { PaymentLeaseTooShortError } from '#payments';
import { SchemaOutdatedError, bootSentence } from './boot-error.js';

const fault = (code: string, message: string) => Object.assign(new Error(message), { code });

describe('a boot that stops', () => {
  it.each([
    new EnvironmentError(['JWT_SECRET is missing']),
    new ProductTypesError('config/product-types.yaml', 'cannot be read.'),
    new PaymentProcessorsError('config/payment-processors.yaml', 'cannot be read.'),
    new WiringError('Product type "seat"', 'its fulfiller "nope" is not there.'),
    new LeaseTooShortError(1_000, 25_000),
    new PaymentLeaseTooShortError(1_000, 32_000, 'card'),
    new SchemaOutdatedError(['Migration1', 'Migration2']),
  ])('for a reason that we know says just that: $name', (error) => {
    expect(bootSentence(error)).toBe(error.message);
  });

  it('names the migrations that the database lacks, and the command', () => {
    expect(bootSentence(new SchemaOutdatedError(['Migration1', 'Migration2']))).toBe('The database lacks 2 migration(s): Migration1, Migration2. Run "npm run migrate" first.');
  });

  it('says how much longer a lease must be', () => {
    expect(bootSentence(new LeaseTooShortError(1_000, 25_000))).toMatch(/FULFILLMENT_LEASE_MS is 1000.*25000/);
  });

  it('says which port is taken and what to change', () => {
    expect(bootSentence(fault('EADDRINUSE', 'listen EADDRINUSE: address already in use 127.0.0.1:3000'))).toMatch(/^listen EADDRINUSE.*:3000\. .*PORT/);
  });

  it('says which database cannot be reached and what to change', () => {
    expect(bootSentence(fault('ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:5432'))).toMatch(/^The database cannot be reached: .*:5432\. .*DATABASE_URL/);
  });

  it('shows a bug with its stack', () => {
    const bug = new TypeError('a bug');
    expect(bootSentence(bug)).toBe(bug.stack);
    expect(bootSentence(Object.assign(new Error('no stack'), { stack: undefined }))).toBe('no stack');
  });

  it.each([
    ['a text', 'a text'],
    [undefined, 'undefined'],
    [null, 'null'],
  ])('shows whatever else was thrown: %j', (thrown, shown) => {
    expect(bootSentence(thrown)).toBe(shown);
  });

  it('finds words for what has none', () => {
    const trap = () => {
      throw new Error('a trap');
    };
    for (const thrown of [Object.create(null), Object.defineProperty(new Error(), 'stack', { get: trap }), new Proxy({}, { get: trap, getPrototypeOf: trap })] as unknown[]) expect(bootSentence(thrown)).toMatch(/^(Error|something was thrown that has no words)$/);
  });

  it.each([
    ['ENOTFOUND', 'getaddrinfo ENOTFOUND db.example.com'],
    ['ETIMEDOUT', 'connect ETIMEDOUT 192.0.2.1:5432'],
    ['28P01', 'password authentication failed for user "app"'],
    ['3D000', 'database "orders" does not exist'],
    ['EADDRNOTAVAIL', 'listen EADDRNOTAVAIL: address not available 192.0.2.1:3000'],
    ['EACCES', 'listen EACCES: permission denied 0.0.0.0:80'],
  ])('for %s says so in one line', (code, message) => {
    const sentence = bootSentence(fault(code, message));
    expect(sentence).toContain(message);
    expect(sentence).not.toMatch(/\n/);
  });

  it('names the database also when it was sought at several addresses', () => {
    const sought = Object.assign(new AggregateError([fault('ECONNREFUSED', 'connect ECONNREFUSED ::1:5432'), fault('ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:5432')]), { code: 'ECONNREFUSED' });
    expect(bootSentence(sought)).toMatch(/5432/);
  });
});
