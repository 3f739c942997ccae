/** How a call ended that brought no answer: stopped by a clock, by the connection, or by an answer nobody can read. */
export type UnansweredEnd = 'timeout' | 'network' | 'unreadable';

interface UnansweredFacts {
  readonly end: UnansweredEnd;
  /** False only when the call certainly never left. */
  readonly mayHaveArrived: boolean;
  /** What the endpoint did, to follow "The endpoint". Operators and learners read it: no host, no address. */
  readonly detail: string;
}

/** No answer came. It keeps nothing of the request. */
export class UnansweredError extends Error {
  readonly end: UnansweredEnd;
  readonly mayHaveArrived: boolean;

  constructor({ end, mayHaveArrived, detail }: UnansweredFacts) {
    super(detail);
    this.name = 'UnansweredError';
    this.end = end;
    this.mayHaveArrived = mayHaveArrived;
  }
}
