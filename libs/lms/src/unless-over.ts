import { LmsUnansweredError } from './lms.errors.js';
import type { LmsCall } from './lms.request.js';

/** What `work` comes to, if it does so within the bounds of a call that has not left yet. The work itself goes on, for others who wait for it. */
export function unlessOver<Result>(work: Promise<Result>, { timeoutMs, signal }: LmsCall): Promise<Result> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(new LmsUnansweredError({ end: 'network', mayHaveArrived: false, detail: 'The call to the LMS was not begun: there was no token in time.' }));
    const timer = setTimeout(giveUp, timeoutMs);
    signal.addEventListener('abort', giveUp, { once: true });
    if (signal.aborted) giveUp();
    void work.then(resolve, reject).finally(() => {
      clearTimeout(timer);
      signal.removeEventListener('abort', giveUp);
    });
  });
}
