import { defineEntity, p } from '@mikro-orm/core';

const IdempotencyRecordSchema = defineEntity({
  name: 'IdempotencyRecord',
  tableName: 'idempotency_record',
  properties: {
    caller: p.text().primary(),
    route: p.text().primary(),
    key: p.text().primary(),
    fingerprint: p.text(),
    orderId: p.uuid(),
    createdAt: p.datetime(),
    answerStatus: p.integer().nullable(),
    answerBody: p.text().nullable(),
    answeredAt: p.datetime().nullable(),
  },
});

/** A caller's key and the one answer that it has. The body is kept as text, so that a replay is the same to the byte. */
export class IdempotencyRecord extends IdempotencyRecordSchema.class {}
IdempotencyRecordSchema.setClass(IdempotencyRecord);
