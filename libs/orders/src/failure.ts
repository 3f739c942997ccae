/** Why a line failed, or why it waits. The same kinds as a fulfiller's failures: an integration test holds them together. */
export const FAILURE_KINDS = ['configuration', 'network', 'timeout', 'server', 'rejected', 'throttled', 'unknown'] as const;
export type FailureKind = (typeof FAILURE_KINDS)[number];
