import type { DueLine } from '#orders';

/** Work as the scheduler knows it: what its id means is known here. */
export interface LineWork {
  readonly id: string;
  readonly alone: boolean;
}

/** Lines that are due, as the scheduler is told of them. */
export function lineWork(lines: readonly DueLine[]): (LineWork & { readonly dueAt: Date })[] {
  return lines.map(({ lineId, productType, dueAt, alone }) => ({ id: workId(lineId, productType), dueAt, alone }));
}

/** How the scheduler names a line. Its type goes along, so that leave can be asked for it before it is read. */
export function workId(lineId: string, productType: string): string {
  return `${lineId}/${productType}`;
}

export function lineOf(id: string): { lineId: string; productType: string } {
  const [lineId = '', productType = ''] = id.split('/');
  return { lineId, productType };
}
