/** What `work` comes to, unless the signal aborts first. The work itself goes on, for others who wait for it. */
export function unlessOver<Result>(work: Promise<Result>, signal: AbortSignal, reason: () => Error): Promise<Result> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(reason());
    signal.addEventListener('abort', giveUp, { once: true });
    if (signal.aborted) giveUp();
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
}
