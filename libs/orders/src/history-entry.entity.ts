import { defineEntity, p } from '@mikro-orm/core';
import { Order } from './order.entity.js';

const HistoryEntrySchema = defineEntity({
  name: 'HistoryEntry',
  tableName: 'order_history',
  properties: {
    id: p.bigint('number').primary(),
    order: () => p.manyToOne(Order),
    lineId: p.uuid().nullable(),
    at: p.datetime(),
    actor: p.text(),
    event: p.text(),
    fromStatus: p.text().nullable(),
    toStatus: p.text().nullable(),
    reason: p.text().nullable(),
    /** What was changed: `{ "<field>": { "from": …, "to": … } }`. */
    change: p.json<Readonly<Record<string, { readonly from: unknown; readonly to: unknown }>>>().nullable(),
  },
});

/** One change of an order or a line: who, what, why. Written in the same commit as the change, never altered. */
export class HistoryEntry extends HistoryEntrySchema.class {}
HistoryEntrySchema.setClass(HistoryEntry);
