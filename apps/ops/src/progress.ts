const BAR_WIDTH = 30;
export const CLEAR_LINE = '\r\u001b[K';

export interface ProgressOutput {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** @param fraction 0 to 1; what lies beyond is cut off. */
export function bar(fraction: number): string {
  const share = Math.min(Math.max(fraction, 0), 1);
  const filled = Math.round(share * BAR_WIDTH);
  return `[${'#'.repeat(filled)}${'-'.repeat(BAR_WIDTH - filled)}] ${String(Math.round(share * 100)).padStart(3)} %`;
}
