import { CheckoutBody } from './checkout.schema.js';

const SEAT = { sku: '8CF08E5', quantity: 1 };
const numbered = (count: number) => Array.from({ length: count }, (_, index) => ({ sku: `S${index}`, quantity: 1 }));

/** Where a body is wrong, as paths. */
function wrong(body: unknown): string[] {
  return (CheckoutBody.safeParse(body).error?.issues ?? []).map(({ path }) => path.join('.'));
}

describe('the body of a checkout', () => {
  it('may be no more than one SKU: one of it, for the caller, free, without mail', () => {
    expect(CheckoutBody.parse({ items: [{ sku: '8CF08E5' }] })).toEqual({ items: [SEAT], emailOptIn: false });
  });

  it('may be all of it', () => {
    const body = { items: [SEAT], learner: { username: 'learner1', email: 'learner1@example.com' }, payment: { processor: 'invoice', reference: 'PO-7' }, emailOptIn: true, expectedTotalMinor: 0 };
    expect(CheckoutBody.parse(body)).toEqual(body);
  });

  it('may have 100 lines of 1,000', () => {
    const items = numbered(100).map((item) => ({ ...item, quantity: 1_000 }));
    expect(CheckoutBody.parse({ items }).items).toEqual(items);
  });

  it('may name SKUs that differ in case only: they are two', () => {
    expect(wrong({ items: [{ sku: 'abc' }, { sku: 'ABC' }] })).toEqual([]);
  });

  it('takes text for text, whatever it says in other languages', () => {
    const payment = { processor: "'; drop table orders; --", reference: '../../etc/passwd {{7*7}} $(id)' };
    expect(CheckoutBody.parse({ items: [SEAT], payment }).payment).toEqual(payment);
  });
});

describe('a body is wrong', () => {
  it.each([
    ['items', undefined],
    ['items', null],
    ['items', '8CF08E5'],
    ['items', { 0: SEAT, length: 1 }],
    ['items', []],
    ['items', numbered(101)],
    ['items.0', [null]],
    ['items.0', [['8CF08E5']]],
    ['items.0', [{ ...SEAT, price: 0 }]],
    ['items.0', [{ ...SEAT, unitPriceMinor: 0 }]],
    ['items.0.sku', [{ quantity: 1 }]],
    ['items.0.sku', [{ sku: '' }]],
    ['items.0.sku', [{ sku: 7 }]],
    ['items.0.sku', [{ sku: ['8CF08E5'] }]],
    ['items.0.sku', [{ sku: { $ne: null } }]],
    ['items.0.sku', [{ sku: "8CF08E5' OR 1=1 --" }]],
    ['items.0.sku', [{ sku: '../8CF08E5' }]],
    ['items.0.sku', [{ sku: '8CF08E5\0' }]],
    ['items.0.sku', [{ sku: '8CF08E5\n' }]],
    ['items.0.quantity', [{ ...SEAT, quantity: 0 }]],
    ['items.0.quantity', [{ ...SEAT, quantity: -0 }]],
    ['items.0.quantity', [{ ...SEAT, quantity: -1 }]],
    ['items.0.quantity', [{ ...SEAT, quantity: 1.5 }]],
    ['items.0.quantity', [{ ...SEAT, quantity: 1_001 }]],
    ['items.0.quantity', [{ ...SEAT, quantity: 1e9 }]],
    ['items.0.quantity', [{ ...SEAT, quantity: 1e308 * 10 }]],
    ['items.0.quantity', [{ ...SEAT, quantity: '1' }]],
    ['items.0.quantity', [{ ...SEAT, quantity: true }]],
    ['items.0.quantity', [{ ...SEAT, quantity: [1] }]],
    ['items.0.quantity', [{ ...SEAT, quantity: null }]],
    ['items.1.sku', [SEAT, SEAT]],
    ['items.2.sku', [SEAT, { sku: 'OTHER' }, { ...SEAT, quantity: 2 }]],
  ])('at %s: %j', (where, items) => {
    expect(wrong({ items })).toEqual([where]);
  });

  it.each([
    ['learner', null],
    ['learner', 'learner1'],
    ['learner', { username: 'learner1', isStaff: true }],
    ['learner.username', {}],
    ['learner.username', { username: '../admin' }],
    ['learner.username', { username: 'a\0' }],
    ['learner.username', { username: '\ud800' }],
    ['learner.email', { username: 'learner1', email: null }],
    ['learner.email', { username: 'learner1', email: '' }],
    ['learner.email', { username: 'learner1', email: 'learner1' }],
    ['learner.email', { username: 'learner1', email: 'a@b' }],
    ['learner.email', { username: 'learner1', email: 'a@example.com\r\nBcc: b@example.com' }],
    ['learner.email', { username: 'learner1', email: 'a\0@example.com' }],
    ['learner.email', { username: 'learner1', email: `${'a'.repeat(250)}@x.io` }],
    ['payment', null],
    ['payment', { processor: 'free', amount: 0 }],
    ['payment.processor', {}],
    ['payment.processor', { processor: '  ' }],
    ['payment.processor', { processor: 'x'.repeat(65) }],
    ['payment.processor', { processor: ['invoice'] }],
    ['payment.reference', { processor: 'invoice', reference: '' }],
    ['payment.reference', { processor: 'invoice', reference: null }],
    ['payment.reference', { processor: 'invoice', reference: 7 }],
    ['payment.reference', { processor: 'invoice', reference: 'PO\0' }],
    ['payment.reference', { processor: 'invoice', reference: 'PO\ud800' }],
    ['payment.reference', { processor: 'invoice', reference: 'x'.repeat(201) }],
    ['emailOptIn', 'false'],
    ['emailOptIn', 0],
    ['emailOptIn', null],
    ['expectedTotalMinor', null],
    ['expectedTotalMinor', '4900'],
    ['expectedTotalMinor', 49.5],
    ['expectedTotalMinor', -1],
    ['expectedTotalMinor', 2 ** 53],
  ])('at %s: %j', (where, value) => {
    const field = where.split('.')[0] ?? '';
    expect(wrong({ items: [SEAT], [field]: value })).toEqual([where]);
  });

  it.each([undefined, null, 7, 'items', [], [SEAT]])('as a whole: %j', (body) => {
    expect(wrong(body)).toEqual(['']);
  });

  it('for every field that nobody knows, by its name', () => {
    const [issue] = CheckoutBody.safeParse({ items: [SEAT], Items: [], total: 0 }).error?.issues ?? [];
    expect(issue?.message).toMatch(/"Items".*"total"/);
  });

  it.each(['{"items":[{"sku":"A"}],"__proto__":{"emailOptIn":true}}', '{"items":[{"sku":"A","__proto__":{"quantity":9}}]}', '{"items":[{"sku":"A"}],"constructor":{"prototype":{"x":1}}}'])(
    'for keys that reach for the prototype: %s',
    (json) => {
      expect(wrong(JSON.parse(json))).toHaveLength(1);
      expect({}).not.toHaveProperty('x');
    },
  );

  it('in all places at once', () => {
    expect(wrong({ items: [{ sku: '' }, { sku: 'A', quantity: 0 }], learner: {}, emailOptIn: 1 })).toEqual(['items.0.sku', 'items.1.quantity', 'learner.username', 'emailOptIn']);
  });

  it('in few words, however many wrong lines it has', () => {
    expect(wrong({ items: Array.from({ length: 50_000 }, () => ({})) }).length).toBeLessThan(200);
  });
});
