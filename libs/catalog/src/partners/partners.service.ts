import { Injectable } from '@nestjs/common';
import { CatalogDatabase } from '../catalog.database.js';
import { LIST_PARTNERS, PUT_PARTNER, type PartnerRow } from './partner.statements.js';

/** Who sells: courses and products belong to one of them for good. */
export interface Partner {
  readonly code: string;
  readonly name: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

@Injectable()
export class PartnersService {
  constructor(private readonly database: CatalogDatabase) {}

  /** All of them, by code. There are as many as there are organisations, and not more. */
  async list(): Promise<Partner[]> {
    return (await this.database.prepared<PartnerRow>(LIST_PARTNERS, [])).map(partnerOf);
  }

  /** Adds a partner, or renames one: the last write wins. @param code 1 to 32 lower case letters, digits, `_` and `-`. */
  async put(code: string, name: string): Promise<{ partner: Partner; created: boolean }> {
    const [row] = await this.database.prepared<PartnerRow & { created: boolean }>(PUT_PARTNER, [code, name]);
    if (!row) throw new Error('The statement always answers with its row.');
    return { partner: partnerOf(row), created: row.created };
  }
}

function partnerOf({ code, name, created_at: createdAt, updated_at: updatedAt }: PartnerRow): Partner {
  return { code, name, createdAt, updatedAt };
}
