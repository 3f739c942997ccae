import type { InstalledProductType } from '#fulfillment';
import { table, type Column } from '../command/table.js';

/** What is installed, for people. */
export function productTypesText(installed: readonly InstalledProductType[]): string {
  return `${table(COLUMNS, installed)}\n${wiredLine(installed)}`;
}

/** The last line, which stands alone when nothing but the verdict was asked for. */
export function wiredLine({ length }: readonly InstalledProductType[]): string {
  return `${length === 1 ? '1 product type is' : `${length} product types are`} wired: API and worker would start with this token map.\n`;
}

const COLUMNS: Column<InstalledProductType>[] = [
  { title: 'type', cell: ({ productType }) => productType },
  { title: 'fulfiller', cell: ({ fulfiller }) => fulfiller },
  { title: 'from', cell: ({ source }) => source },
  { title: 'plug-in', cell: ({ plugIn: { name, version } }) => (version === null ? name : `${name} ${version}`) },
  { title: 'can', cell: ({ capabilities, callbacks }) => abilities(capabilities, callbacks) },
  { title: 'calls', cell: ({ dependency }) => dependency },
  { title: 'time-out', cell: ({ timeoutMs }) => `${timeoutMs} ms` },
  { title: 'most', cell: ({ maxQuantity }) => maxQuantity },
  { title: 'again', cell: ({ repeatable }) => (repeatable ? 'yes' : 'no') },
  { title: 'retry', cell: ({ retry }) => asJson(retry) },
  { title: 'options', cell: ({ options }) => asJson(options) },
];

function abilities({ revoke, asynchronous, sharedAccess }: InstalledProductType['capabilities'], callbacks: boolean): string {
  return [...(revoke ? ['revoke'] : []), ...(asynchronous ? [callbacks ? 'accept with callbacks' : 'accept'] : []), ...(sharedAccess ? ['share'] : [])].join(', ');
}

function asJson(members: object): string | null {
  return Object.keys(members).length === 0 ? null : JSON.stringify(members);
}
