/** Too little of the lease or the deadline is left for another call: none was made. */
export class OutOfTimeError extends Error {
  constructor() {
    super('Too little time was left for another call.');
    this.name = 'OutOfTimeError';
  }
}
