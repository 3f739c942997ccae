/*
 * Preloaded (--import) by the processes of the drill of the clocks: their wall clock jumps by an hour whenever they are told to by
 * SIGWINCH, forward, back, behind, and right again. The monotonic clock (performance.now(), timers) goes on as ever.
 * SIGWINCH, because it does no harm to a process that is not ready for it, and Nest takes SIGUSR2 for a request to stop.
 */
const HOUR_MS = 3_600_000;
const OFFSETS_MS = [0, HOUR_MS, 0, -HOUR_MS];
const RealDate = Date;
let turn = 0;

const now = () => RealDate.now() + OFFSETS_MS[turn % OFFSETS_MS.length];

globalThis.Date = new Proxy(RealDate, {
  apply: () => new RealDate(now()).toString(),
  construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
  get: (target, name, receiver) => (name === 'now' ? now : Reflect.get(target, name, receiver)),
});
RealDate.prototype.constructor = globalThis.Date;

process.on('SIGWINCH', () => {
  turn += 1;
  // For the drill, which counts only jumps that were made.
  console.error(JSON.stringify({ event: 'clock_jumped', to: new Date().toISOString() }));
});
