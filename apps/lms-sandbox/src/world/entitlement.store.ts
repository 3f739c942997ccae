import { randomUUID } from 'node:crypto';
import { z } from 'zod';

export const EntitlementSchema = z.strictObject({
  uuid: z.string(),
  username: z.string(),
  courseUuid: z.string(),
  mode: z.string(),
  orderNumber: z.string().nullable(),
  createdAt: z.iso.datetime(),
  modifiedAt: z.iso.datetime(),
  expiredAt: z.iso.datetime().nullable(),
});
export type Entitlement = z.infer<typeof EntitlementSchema>;
export type NewEntitlement = Pick<Entitlement, 'username' | 'courseUuid' | 'mode' | 'orderNumber'>;

/** Bought but not yet bound to a course run. One per course and order number. */
export class EntitlementStore {
  private readonly byUuid = new Map<string, Entitlement>();

  find(uuid: string): Entitlement | undefined {
    return this.byUuid.get(uuid);
  }

  all(): readonly Entitlement[] {
    return [...this.byUuid.values()];
  }

  findByOrder(courseUuid: string, orderNumber: string): Entitlement | undefined {
    return this.all().find((entitlement) => entitlement.courseUuid === courseUuid && entitlement.orderNumber === orderNumber);
  }

  create(wanted: NewEntitlement, at: string): Entitlement {
    const created: Entitlement = { ...wanted, uuid: randomUUID(), createdAt: at, modifiedAt: at, expiredAt: null };
    this.byUuid.set(created.uuid, created);
    return created;
  }

  expire(entitlement: Entitlement, at: string): void {
    entitlement.expiredAt = at;
    entitlement.modifiedAt = at;
  }

  restore(entitlement: Entitlement): void {
    this.byUuid.set(entitlement.uuid, entitlement);
  }

  clear(): void {
    this.byUuid.clear();
  }
}
