/*
 * Loaded into the worker before its own code (`--import`), so that whoever measures can have all garbage collected:
 * what is left is what the worker holds. Needs `--expose-gc`.
 */
process.on('SIGUSR2', () => {
  globalThis.gc?.();
});
