/** A call that does not end when it is told to is left behind this long after. */
export const ABORT_MARGIN_MS = 500;
/** For two calls that are left behind after their time-out, and for what is written then. */
const WORK_MARGIN_MS = 2_000;

/** How long a program may have to wait for the gateways of its map, in milliseconds. Both are 0 where the map has none. */
export interface GatewayWaits {
  /** For one call to the slowest. */
  readonly callMs: number;
  /** For work on one payment: two calls to the slowest, one to read it back and one that follows from that. */
  readonly workMs: number;
}

/** @param gateways with the longest that one call to each may take; those that call nobody are left out. */
export function gatewayWaits(gateways: readonly { readonly timeoutMs: number }[]): GatewayWaits {
  if (gateways.length === 0) return { callMs: 0, workMs: 0 };
  const slowestMs = Math.max(...gateways.map(({ timeoutMs }) => timeoutMs));
  return { callMs: slowestMs + ABORT_MARGIN_MS, workMs: 2 * slowestMs + WORK_MARGIN_MS };
}
