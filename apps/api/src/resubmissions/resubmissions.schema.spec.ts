import { isEmptyFilter } from '#orders';
import { resubmissionFilter } from './resubmission.filter.js';
import { ResubmissionBody } from './resubmissions.schema.js';

/** Where a body is wrong, as paths. */
function wrong(body: unknown): string[] {
  return (ResubmissionBody.safeParse(body).error?.issues ?? []).flatMap((issue) => ('keys' in issue ? issue.keys.map((key) => [...issue.path, key].join('.')) : [issue.path.join('.')]));
}

describe('the body of a resubmission', () => {
  it('needs a filter and a reason: no dry run, nothing confirmed, nothing given up and no details of today then', () => {
    expect(ResubmissionBody.parse({ filter: {}, reason: ' the LMS is back ' })).toEqual({ filter: { givenUp: false }, reason: 'the LMS is back', dryRun: false, confirm: false, refreshDetails: false });
  });

  it('may have every filter', () => {
    const filter = {
      failureKind: 'none', productType: 'seat', courseId: 'course-v1:AcmeX+BIO1+2026', sku: '8CF08E5', learner: 'learner1', orderNumber: 'OF-100001', status: 'waiting',
      paidBefore: '2026-11-22T10:00:00Z', paidAfter: '2026-11-22T12:00:00.5+02:00', givenUp: true,
    };
    expect(ResubmissionBody.parse({ filter, reason: 'x' }).filter).toEqual(filter);
  });

  it.each<[string, unknown]>([
    ['filter', { reason: 'x' }],
    ['reason', { filter: {} }],
    ['reason', { filter: {}, reason: ' ' }],
    ['reason', { filter: {}, reason: 'x'.repeat(501) }],
    ['dry_run', { filter: {}, reason: 'x', dry_run: true }],
    ['dryRun', { filter: {}, reason: 'x', dryRun: 'true' }],
    ['confirm', { filter: {}, reason: 'x', confirm: 1 }],
    ['filter.kind', { filter: { kind: 'server' }, reason: 'x' }],
    ['filter.failureKind', { filter: { failureKind: 'Server' }, reason: 'x' }],
    ['filter.failureKind', { filter: { failureKind: null }, reason: 'x' }],
    ['filter.productType', { filter: { productType: "seat' or 1=1" }, reason: 'x' }],
    ['filter.courseId', { filter: { courseId: '' }, reason: 'x' }],
    ['filter.courseId', { filter: { courseId: 'a\0' }, reason: 'x' }],
    ['filter.sku', { filter: { sku: ['A'] }, reason: 'x' }],
    ['filter.learner', { filter: { learner: '%' }, reason: 'x' }],
    ['filter.orderNumber', { filter: { orderNumber: '../1' }, reason: 'x' }],
    ['filter.status', { filter: { status: 'open' }, reason: 'x' }],
    ['filter.paidBefore', { filter: { paidBefore: 'yesterday' }, reason: 'x' }],
    ['filter.paidAfter', { filter: { paidAfter: '0000-01-01T00:00:00Z' }, reason: 'x' }],
    ['filter.givenUp', { filter: { givenUp: 'yes' }, reason: 'x' }],
    ['filter', { filter: null, reason: 'x' }],
    ['filter', { filter: [], reason: 'x' }],
  ])('is wrong at %s in %j', (path, body) => {
    expect(wrong(body)).toEqual([path]);
  });
});

describe('a filter', () => {
  it('is read with its instants', () => {
    expect(resubmissionFilter({ givenUp: false, paidBefore: '2026-11-22T12:00:00+02:00' })).toEqual({ givenUp: false, paidBefore: new Date('2026-11-22T10:00:00Z') });
  });

  it('leaves nothing out when it names nothing, or dates alone', () => {
    expect([{ givenUp: false }, { givenUp: false, sku: undefined }, { givenUp: false, paidAfter: '0001-01-01T00:00:00Z' }].map((filter) => isEmptyFilter(resubmissionFilter(filter)))).toEqual([true, true, true]);
    expect([{ givenUp: true }, { givenUp: false, sku: 'A' }, { givenUp: false, sku: 'A', paidAfter: '2026-11-22T10:00:00Z' }].map((filter) => isEmptyFilter(resubmissionFilter(filter)))).toEqual([false, false, false]);
  });
});
