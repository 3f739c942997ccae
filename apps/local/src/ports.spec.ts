import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { addressOf, busyPorts, busyPortsSentence, freePort } from './ports.js';

describe('busyPorts', () => {
  let server: Server;
  let taken: number;

  beforeAll(async () => {
    server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    taken = (server.address() as AddressInfo).port;
  });

  afterAll(() => {
    server.close();
  });

  it('finds the port that a program listens on, and leaves the free one usable', async () => {
    const free = { variable: 'LMS_SANDBOX_PORT', host: '127.0.0.1', port: await freePort() };
    const busy = { variable: 'PORT', host: '127.0.0.1', port: taken };
    expect(await busyPorts([busy, free])).toEqual([busy]);
    expect(await busyPorts([free])).toEqual([]);
  });

  it('says so when the host is not an address of this machine', async () => {
    await expect(busyPorts([{ variable: 'PORT', host: '192.0.2.1', port: 3_000 }])).rejects.toThrow(/192\.0\.2\.1:3000 .*change HOST or PORT/);
  });
});

it.each([
  ['127.0.0.1', 'http://127.0.0.1:3000'],
  ['0.0.0.0', 'http://localhost:3000'],
  ['::', 'http://localhost:3000'],
  ['::1', 'http://[::1]:3000'],
])('who listens on %s is reached at %s', (host, url) => {
  expect(addressOf(host, 3_000)).toBe(url);
});

describe('busyPortsSentence', () => {
  const api = { variable: 'PORT', host: '127.0.0.1', port: 3_000 };
  const sandbox = { variable: 'LMS_SANDBOX_PORT', host: '127.0.0.1', port: 18_000 };

  it('names the port and how to choose another', () => {
    expect(busyPortsSentence([api], null)).toMatch(/^Port 3000 \(PORT\) is in use.*`PORT=3100 npm start`\.$/);
  });

  it('names several ports at once', () => {
    expect(busyPortsSentence([api, sandbox], null)).toMatch(/^Ports 3000 \(PORT\) and 18000 \(LMS_SANDBOX_PORT\) are in use.*`PORT=3100 LMS_SANDBOX_PORT=18100 npm start`/);
  });

  it('names the other start of this clone when there is one', () => {
    expect(busyPortsSentence([api], 4711)).toMatch(/another `npm start` of this clone is running \(process 4711\)/);
  });
});
