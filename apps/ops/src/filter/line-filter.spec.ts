import { WrongArgumentsError } from '../command/arguments.js';
import { readFilter, type FilterValues } from './line-filter.js';

const COURSE = 'course-v1:AcmeX+BIO1+2026';

describe('a filter of lines', () => {
  it('is made by options and by --filter alike', () => {
    const at = '2026-11-22T10:00:00+01:00';
    const options = { kind: 'server', type: 'seat', course: COURSE, sku: 'A1', learner: 'ann', order: 'OF-1', status: 'failed', 'paid-before': at, 'paid-after': at, 'given-up': true } as const;
    const pairs = ['failureKind=server', 'productType=seat', `courseId=${COURSE}`, 'sku=A1', 'learner=ann', 'orderNumber=OF-1', 'status=failed', `paidBefore=${at}`, `paidAfter=${at}`, 'givenUp=true'];
    const instant = new Date('2026-11-22T09:00:00Z');
    const filter = { failureKind: 'server', productType: 'seat', courseId: COURSE, sku: 'A1', learner: 'ann', orderNumber: 'OF-1', status: 'failed', paidBefore: instant, paidAfter: instant, givenUp: true };
    expect(readFilter(options)).toEqual(filter);
    expect(readFilter({ filter: pairs })).toEqual(filter);
    expect(readFilter({ kind: 'none', filter: ['sku=A1'] })).toEqual({ failureKind: 'none', sku: 'A1' });
    expect(readFilter({})).toEqual({});
  });

  it('takes what stands after the first = as the value', () => {
    expect(readFilter({ filter: ['courseId=a=b,c'] })).toEqual({ courseId: 'a=b,c' });
  });

  it.each<[FilterValues, string]>([
    [{ kind: 'sever' }, '--kind must be one of configuration, network, timeout, server, rejected, throttled, unknown, or none (not tried yet).'],
    [{ filter: ['failureKind=sever'] }, '--filter failureKind must be one of'],
    [{ filter: ['kind=server'] }, '--filter takes key=value with one of these keys: failureKind, productType'],
    [{ filter: ['sku'] }, 'It was given "sku".'],
    [{ filter: ['__proto__=x'] }, '--filter takes key=value'],
    [{ filter: ['failureKind=server,sku=A1'] }, 'repeat --filter for each further one.'],
    [{ filter: ['sku=A1,status=failed'] }, 'repeat --filter for each further one.'],
    [{ sku: 'A1', filter: ['sku=A1'] }, '--filter sku is given twice'],
    [{ status: 'open' }, '--status must be waiting or failed.'],
    [{ 'paid-before': 'yesterday' }, '--paid-before must be an RFC 3339 time'],
    [{ 'paid-after': '2026-11-22T10:00:00' }, '--paid-after must be an RFC 3339 time'],
    [{ filter: ['givenUp=yes'] }, '--filter givenUp must be true or false.'],
    [{ type: 'Seat' }, '--type must be a product type'],
    [{ learner: '' }, '--learner must not be empty.'],
    [{ learner: 'a\u0000' }, '--learner must not contain control characters.'],
    [{ order: "OF-1'" }, '--order must be an order number'],
  ])('%j is refused: %s', (values, sentence) => {
    expect(() => readFilter(values)).toThrow(WrongArgumentsError);
    expect(() => readFilter(values)).toThrow(sentence);
  });
});
