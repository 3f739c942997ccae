/** What is done without asking anybody, by processor. */
export interface ProcessorRules {
  /** Money that comes when its order cannot take it any more: it goes back by itself, or waits for an operator. */
  readonly latePayments: 'refund' | 'park';
  /** The access, when money was returned in the gateway's own console. */
  readonly outsideRefunds: AccessRule;
  /** The access, when a buyer's bank takes the money back. */
  readonly disputes: AccessRule;
}

/** `ask`: an operator decides. */
export type AccessRule = 'revoke' | 'keep' | 'ask';

/** One entry of the map of payment processors. */
export interface ProcessorEntry extends ProcessorRules {
  /** A built-in one, an installed package, or a path that starts with `./`, `../` or `/`. */
  readonly processor: string;
  /** For the processor's own schema. `timeoutMs` is taken out: the longest that one call may take. */
  readonly options: Readonly<Record<string, unknown>> & { readonly timeoutMs?: number | undefined };
  /** `options` as they stand in the file, with the names of variables instead of what these hold. Left out: nothing of them is shown. */
  readonly writtenOptions?: Readonly<Record<string, unknown>>;
}

/** The map of payment processors, read from its file. */
export interface ProcessorMap {
  /** The URL of the file: relative paths start there, and packages are looked for there first. */
  readonly baseUrl: string;
  readonly processors: ReadonlyMap<string, ProcessorEntry>;
}
