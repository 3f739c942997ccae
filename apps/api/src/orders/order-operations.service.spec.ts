import { CatalogService } from '#catalog';
import { OrderEventHandler } from '#fulfillment';
import { DeliveryInProgressError, LearnerCorrection, NothingToCancelError, OrderReader, type AskedBy, type LineStatus, type SettleResult } from '#orders';
import { Test } from '@nestjs/testing';
import { OrderOperations } from './order-operations.service.js';

const operator: AskedBy = { kind: 'operator', actor: 'olga', reason: 'a mistake' };

/** Operations on an order of one line, whose take-back comes to this. Only what is looked at is there. */
async function operations(settled: { status: LineStatus; lostLineIds?: string[] } | undefined, status: LineStatus = 'open'): Promise<OrderOperations> {
  const result = settled && ({ order: { lines: [{ status: settled.status }] }, lostLineIds: settled.lostLineIds ?? [], answer: null } as unknown as SettleResult);
  const module = await Test.createTestingModule({
    providers: [
      OrderOperations,
      { provide: OrderReader, useValue: { byNumber: () => Promise.resolve({ id: 'order', status: 'open', lines: [{ status }] }) } },
      { provide: CatalogService, useValue: {} },
      { provide: LearnerCorrection, useValue: {} },
      { provide: OrderEventHandler, useValue: { handleReturnEvent: () => Promise.resolve(result) } },
    ],
  }).compile();
  return module.get(OrderOperations);
}

describe('a cancellation', () => {
  it('is done when every line is taken back', async () => {
    await expect((await operations({ status: 'revoked' })).cancel('OF-1', operator)).resolves.toBeUndefined();
  });

  it('is not called done when its claim was lost before it could be written', async () => {
    await expect((await operations({ status: 'revoked', lostLineIds: ['line'] })).cancel('OF-1', operator)).rejects.toThrow(DeliveryInProgressError);
  });

  it('says when access could not be taken back', async () => {
    await expect((await operations({ status: 'open' })).cancel('OF-1', operator)).rejects.toMatchObject({ code: 'revocation_failed' });
  });

  it('says whether nothing is left to cancel, or somebody is at work', async () => {
    await expect((await operations(undefined, 'fulfilled')).cancel('OF-1', operator)).rejects.toThrow(NothingToCancelError);
    await expect((await operations(undefined, 'fulfilling')).cancel('OF-1', operator)).rejects.toThrow(DeliveryInProgressError);
  });
});
