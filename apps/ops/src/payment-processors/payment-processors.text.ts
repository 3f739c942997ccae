import type { InstalledProcessor } from '#payments';
import { table, type Column } from '../command/table.js';

/** What is installed, for people. */
export function paymentProcessorsText(installed: readonly InstalledProcessor[]): string {
  return `${table(COLUMNS, installed)}\n${wiredLine(installed)}`;
}

/** The last line, which stands alone when nothing but the verdict was asked for. */
export function wiredLine({ length }: readonly InstalledProcessor[]): string {
  return `${length === 1 ? '1 payment processor is' : `${length} payment processors are`} wired: API and worker would start with this map.\n`;
}

const COLUMNS: Column<InstalledProcessor>[] = [
  { title: 'name', cell: ({ name }) => name },
  { title: 'processor', cell: ({ processor }) => processor },
  { title: 'from', cell: ({ source }) => source },
  { title: 'plug-in', cell: ({ plugIn: { name, version } }) => (version === null ? name : `${name} ${version}`) },
  { title: 'kind', cell: ({ kind }) => kind },
  { title: 'time-out', cell: ({ timeoutMs }) => (timeoutMs === null ? null : `${timeoutMs} ms`) },
  { title: 'late payments', cell: ({ kind, rules }) => forGateways(kind, rules.latePayments) },
  { title: 'outside refunds', cell: ({ kind, rules }) => forGateways(kind, rules.outsideRefunds) },
  { title: 'disputes', cell: ({ kind, rules }) => forGateways(kind, rules.disputes) },
  { title: 'options', cell: ({ options }) => (Object.keys(options).length === 0 ? null : JSON.stringify(options)) },
];

/** Money moves nowhere else. */
function forGateways(kind: InstalledProcessor['kind'], rule: string): string | null {
  return kind === 'gateway' ? rule : null;
}
