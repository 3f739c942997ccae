import { format } from 'node:util';

const METHODS = ['debug', 'dir', 'error', 'info', 'log', 'table', 'trace', 'warn'] as const;
const STREAMS = ['stdout', 'stderr'] as const;

/**
 * Everything that this process writes to its console and its two streams while `work` runs. It is kept back, but for what goes to
 * stdout: a test runner may speak through that.
 */
export async function loggedDuring(work: () => Promise<void>): Promise<string> {
  const written: string[] = [];
  const restorations = [...METHODS.map((method) => tapConsole(method, written)), ...STREAMS.map((stream) => tapStream(stream, written))];
  try {
    await work();
  } finally {
    for (const restore of restorations) restore();
  }
  return written.join('\n');
}

function tapConsole(method: (typeof METHODS)[number], written: string[]): () => void {
  return replaced(console, method, (...parts: unknown[]) => void written.push(format(...parts)));
}

function tapStream(name: (typeof STREAMS)[number], written: string[]): () => void {
  const stream = process[name];
  const write = stream.write.bind(stream) as (...parts: unknown[]) => boolean;
  return replaced(stream, 'write', (...parts: unknown[]) => {
    const [chunk] = parts;
    written.push(typeof chunk === 'string' ? chunk : Buffer.from(chunk as Uint8Array).toString());
    return name === 'stderr' || write(...parts);
  });
}

function replaced<Owner extends object>(owner: Owner, method: keyof Owner, replacement: (...parts: unknown[]) => unknown): () => void {
  const original: unknown = Reflect.get(owner, method);
  Reflect.set(owner, method, replacement);
  return () => void Reflect.set(owner, method, original);
}
