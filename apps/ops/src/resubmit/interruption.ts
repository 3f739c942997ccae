/** A signal that Ctrl-C aborts, in place of ending the program; until it is forgotten. */
export function untilInterrupted(): { readonly signal: AbortSignal; forget(): void } {
  const stop = new AbortController();
  const abort = (): void => stop.abort();
  process.on('SIGINT', abort);
  return { signal: stop.signal, forget: () => void process.off('SIGINT', abort) };
}
