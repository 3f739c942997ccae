import type { ResubmissionSample } from '#orders';
import { operationLine, previewText, progressText } from './resubmission.text.js';

const SAMPLE: ResubmissionSample = {
  orderNumber: 'OF-1',
  lineId: 'l1',
  sku: 'A1',
  productType: 'seat',
  courseId: null,
  status: 'failed',
  failure: { kind: 'rejected', detail: 'closed\u001b[2J' },
  paidAt: new Date('2026-11-22T10:00:00Z'),
};

describe('what a resubmission would send', () => {
  it('is counted, with a sample', () => {
    expect(previewText({ matches: { count: 1, atLeast: false }, held: { count: 0, atLeast: false }, sample: [SAMPLE] }).split('\n')).toEqual([
      'Would send 1 line again. Nothing was written.',
      '',
      'order  sku  type  course  paid                  status  failure',
      'OF-1   A1   seat  -       2026-11-22 10:00:00Z  failed  rejected: closed\u00b7[2J',
      '',
    ]);
  });

  it('is told as far as it was counted, with what is left out', () => {
    const text = previewText({ matches: { count: 100_000, atLeast: true }, held: { count: 3, atLeast: false }, sample: [SAMPLE] });
    expect(text).toMatch(/^Would send at least 100000 lines again. 3 lines more held by an operator and left out. Nothing was written.\n\n1 of them:\n/);
    expect(previewText({ matches: { count: 0, atLeast: false }, held: { count: 0, atLeast: false }, sample: [] })).toBe('Would send 0 lines again. Nothing was written.\n');
  });
});

describe('a resubmission', () => {
  it('is named by its id', () => {
    const operation = { id: 'r1', actor: 'olga', reason: 'mended', filter: {}, refreshDetails: false, lineCount: 2, createdAt: new Date(0) };
    expect(operationLine(operation)).toBe('Resubmission r1: 2 lines, by olga: mended\n');
  });

  it('is summed up by what came of its lines', () => {
    expect(progressText({ waiting: 0, running: 0, fulfilled: 120, waitingAgain: 7, failed: 1, skipped: 0 })).toBe(
      '  120 delivered\n    7 not delivered yet: tried again by themselves\n    1 failed: they wait for an operator\n',
    );
  });
});
