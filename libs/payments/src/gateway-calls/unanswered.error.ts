/** How a request ended that brought no answer: stopped by a clock or the caller, by the connection, or by an answer nobody can read. */
export type UnansweredEnd = 'timeout' | 'network' | 'unreadable';

/** No usable answer came. It keeps nothing of the request, whose headers are secret. */
export class UnansweredError extends Error {
  /**
   * @param sent false only when the request certainly never left.
   * @param detail what the gateway did, to follow its name.
   */
  constructor(
    readonly end: UnansweredEnd,
    readonly sent: boolean,
    readonly detail: string,
  ) {
    super(detail);
    this.name = 'UnansweredError';
  }
}
