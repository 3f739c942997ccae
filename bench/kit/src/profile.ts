import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { aligned } from './table.js';

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string };
  readonly children?: readonly number[];
}

/** A `.cpuprofile` as V8 writes it; times in microseconds of the machine's monotonic clock. */
interface CpuProfile {
  readonly startTime: number;
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** Time in microseconds that an owner's code took, with what Node did for it. */
export interface OwnTime {
  readonly totalUs: number;
  /** The part of it in which bytes were handed to the operating system. */
  readonly writingUs: number;
}

const IDLE = '(idle)';
const V8_WORK = new Set([IDLE, '(garbage collector)', '(program)']);
/** Node's own functions that hand bytes over to a socket or a file. */
const WRITES = new Set(['writev', 'writeString', 'writeUtf8String', 'writeLatin1String', 'writeAsciiString', 'writeBuffer']);

/** Environment that makes a Node program write its CPU profile into the folder when it ends. */
export function profiling(folder: string): Record<string, string> {
  return { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${folder}` };
}

/** Where a program was busy from a moment on, package by package, for each of its orders or lines. */
export function profileTable(folder: string, fromUs: number, { what, count }: { readonly what: string; readonly count: number }): string {
  // The names begin with the time, so the last one is of this run.
  const file = readdirSync(folder).filter((name) => name.endsWith('.cpuprofile')).toSorted().at(-1);
  if (file === undefined) return `There is no profile in ${folder}.`;
  const times = ownTimes(JSON.parse(readFileSync(join(folder, file), 'utf8')) as CpuProfile, fromUs);
  times.delete(IDLE);
  const busyUs = [...times.values()].reduce((total, { totalUs }) => total + totalUs, 0);
  const row = (owner: string, { totalUs, writingUs }: OwnTime) => [owner, (totalUs / count).toFixed(0), (writingUs / count).toFixed(0), `${((100 * totalUs) / busyUs).toFixed(1)} %`];
  const writingUs = [...times.values()].reduce((total, time) => total + time.writingUs, 0);
  const rows = [...times].toSorted(([, a], [, b]) => b.totalUs - a.totalUs).map(([owner, time]) => row(owner, time));
  return aligned([[`us ${what}`, 'all', 'writing', 'share'], ...rows, row('together', { totalUs: busyUs, writingUs })]);
}

/** What Node and V8 did for a package counts as the package's: a write to a socket belongs to who asked for it. */
export function ownTimes({ startTime, nodes, samples, timeDeltas }: CpuProfile, fromUs: number): Map<string, OwnTime> {
  const owners = ownersOf(nodes);
  const writing = new Set(nodes.filter(({ callFrame }) => callFrame.url === '' && WRITES.has(callFrame.functionName)).map(({ id }) => id));
  const times = new Map<string, OwnTime>();
  let atUs = startTime;
  samples.forEach((sample, index) => {
    // A sample stands for the time until the next one.
    atUs += timeDeltas[index] ?? 0;
    if (atUs < fromUs) return;
    const lastedUs = timeDeltas[index + 1] ?? 0;
    const owner = owners.get(sample) ?? '(unknown)';
    const { totalUs, writingUs } = times.get(owner) ?? { totalUs: 0, writingUs: 0 };
    times.set(owner, { totalUs: totalUs + lastedUs, writingUs: writingUs + (writing.has(sample) ? lastedUs : 0) });
  });
  return times;
}

/** The nearest caller that is a package or ours; where there is none, Node itself. */
function ownersOf(nodes: readonly ProfileNode[]): Map<number, string> {
  const owners = new Map<number, string>();
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const visit = ({ id, callFrame, children = [] }: ProfileNode, callersOwner: string): void => {
    const owner = ownerOf(callFrame) ?? callersOwner;
    owners.set(id, owner);
    for (const child of children) {
      const node = byId.get(child);
      if (node) visit(node, owner);
    }
  };
  const [root] = nodes;
  if (root) visit(root, 'node');
  return owners;
}

function ownerOf({ functionName, url }: ProfileNode['callFrame']): string | undefined {
  if (V8_WORK.has(functionName)) return functionName;
  const installed = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1];
  const ours = /\/dist\/([^/]+\/[^/]+)|\/(libs\/[^/]+)/.exec(url);
  return installed ?? ours?.[1] ?? ours?.[2];
}
