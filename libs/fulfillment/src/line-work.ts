/** How the scheduler names a line. Its type goes along, so that leave can be asked for it before it is read. */
export function workId(lineId: string, productType: string): string {
  return `${lineId}/${productType}`;
}

export function lineOf(id: string): { lineId: string; productType: string } {
  const [lineId = '', productType = ''] = id.split('/');
  return { lineId, productType };
}
