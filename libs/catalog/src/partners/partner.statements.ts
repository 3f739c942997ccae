export interface PartnerRow {
  readonly code: string;
  readonly name: string;
  readonly created_at: Date;
  readonly updated_at: Date;
}

export const LIST_PARTNERS = { name: 'catalog.list_partners', text: `select code, name, created_at, updated_at from partner order by code` };

/** `xmax` is 0 in a row that was inserted and not updated. */
export const PUT_PARTNER = {
  name: 'catalog.put_partner',
  text: `
insert into partner (code, name) values ($1, $2)
    on conflict (code) do update set name = excluded.name, updated_at = now()
returning code, name, created_at, updated_at, xmax = 0 as created`,
};
