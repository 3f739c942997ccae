import { once } from 'node:events';
import { createServer } from 'node:net';
import { errorCode } from './error-code.js';
import { StartError } from './start-error.js';

/** A port that somebody wants to listen on, and the variable that changes it. */
export interface WantedPort {
  readonly variable: string;
  readonly host: string;
  readonly port: number;
}

/** A port that was free a moment ago. Another program may take it first: who uses it checks what answers there. */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  const server = createServer().listen(0, host);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('A TCP server has no port.');
  return address.port;
}

/** The URL by which a browser of this machine reaches who listens there. */
export function addressOf(host: string, port: number): string {
  const isAnywhere = host === '0.0.0.0' || host === '::';
  return `http://${isAnywhere ? 'localhost' : host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Those of the wanted ports that something listens on already. @throws {StartError} when a host or port cannot be had at all. */
export async function busyPorts(wanted: readonly WantedPort[]): Promise<WantedPort[]> {
  const answers = await Promise.all(wanted.map(async (port) => ({ port, free: await isFree(port) })));
  return answers.filter(({ free }) => !free).map(({ port }) => port);
}

/** One sentence for `busy`. `otherStart` is the process id of another `npm start` of this clone, if one runs. */
export function busyPortsSentence(busy: readonly WantedPort[], otherStart: number | null): string {
  const names = busy.map(({ variable, port }) => `${port} (${variable})`).join(' and ');
  const subject = busy.length === 1 ? `Port ${names} is` : `Ports ${names} are`;
  const assignments = busy.map(({ variable, port }) => `${variable}=${port + 100}`).join(' ');
  if (otherStart === null) return `${subject} in use: stop the program that listens there, or choose another, for example \`${assignments} npm start\`.`;
  return `${subject} in use, and another \`npm start\` of this clone is running (process ${otherStart}): use that one, or stop it with Ctrl-C first.`;
}

async function isFree({ host, port, variable }: WantedPort): Promise<boolean> {
  const server = createServer();
  try {
    server.listen({ port, host, exclusive: true });
    await once(server, 'listening');
    return true;
  } catch (error) {
    const code = errorCode(error);
    if (code === 'EADDRINUSE') return false;
    if (code === 'EACCES') throw new StartError(`This user may not listen on port ${port}: set ${variable} to one above 1023.`, { cause: error });
    throw new StartError(`Nothing can listen on ${host}:${port} (${String(code)}): change HOST or ${variable}.`, { cause: error });
  } finally {
    server.close();
  }
}
