import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { TcpProxy } from './tcp-proxy.js';

describe('the TCP proxy', () => {
  let server: Server;
  let proxy: TcpProxy;
  let received: string;
  const clients: Socket[] = [];

  beforeEach(async () => {
    received = '';
    server = createServer((socket) => {
      socket.on('error', () => undefined).on('data', (chunk) => {
        received += chunk.toString();
        socket.write(`reply to ${chunk.toString()};`);
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    proxy = await TcpProxy.listen({ host: '127.0.0.1', port: (server.address() as AddressInfo).port });
  });

  afterEach(async () => {
    for (const client of clients.splice(0)) client.destroy();
    await proxy.close();
    server.close();
  });

  async function newClient(): Promise<{ socket: Socket; answer: () => string; whenAnswered: (text: string) => Promise<void> }> {
    const socket = connect(proxy.port, '127.0.0.1');
    clients.push(socket);
    let answer = '';
    socket.on('error', () => undefined).on('data', (chunk) => (answer += chunk.toString()));
    await once(socket, 'connect');
    const whenAnswered = async (text: string): Promise<void> => {
      while (!answer.includes(text)) await once(socket, 'data');
    };
    return { socket, answer: () => answer, whenAnswered };
  }

  it('passes both directions on', async () => {
    const client = await newClient();
    client.socket.write('hello');
    await client.whenAnswered('reply to hello;');
    expect(received).toBe('hello');
  });

  it('holds replies back while requests still arrive, and hands them over in order after the thaw', async () => {
    const client = await newClient();
    client.socket.write('before');
    await client.whenAnswered('reply to before;');
    proxy.freezeReplies();
    for (const text of ['one', 'two']) {
      const arrived = proxy.whenRequestContains(text);
      client.socket.write(text);
      await arrived;
      while (!received.includes(text)) await new Promise(setImmediate);
    }
    expect(client.answer()).toBe('reply to before;');
    proxy.thaw();
    await client.whenAnswered('two;');
    expect(client.answer()).toBe('reply to before;reply to one;reply to two;');
  });

  it('hands over what was held back also when the server has closed since', async () => {
    server.once('connection', (socket) => socket.once('data', () => socket.end()));
    const client = await newClient();
    proxy.freezeReplies();
    client.socket.write('farewell');
    while (!received.includes('farewell')) await new Promise(setImmediate);
    expect(client.answer()).toBe('');
    const ended = once(client.socket, 'end');
    proxy.thaw();
    await ended;
    expect(client.answer()).toBe('reply to farewell;');
  });

  it('sees a text that two packets share, and only what came after the question', async () => {
    const client = await newClient();
    client.socket.write('COMMIT');
    await client.whenAnswered('COMMIT');
    let found = false;
    const arrived = proxy.whenRequestContains('COMMIT').then(() => (found = true));
    client.socket.write('COM');
    while (!received.endsWith('COM')) await new Promise(setImmediate);
    expect(found).toBe(false);
    client.socket.write('MIT');
    await arrived;
    expect(found).toBe(true);
  });

  it('severs connections so that the client sees a reset, and takes new ones', async () => {
    const client = await newClient();
    client.socket.write('hello');
    await client.whenAnswered('hello');
    const reset = new Promise((resolve) => client.socket.once('error', resolve));
    proxy.sever();
    expect(await reset).toMatchObject({ code: 'ECONNRESET' });
    const next = await newClient();
    next.socket.write('again');
    await next.whenAnswered('reply to again;');
  });

  it('keeps all of a URL but its host and port', () => {
    expect(proxy.through('postgresql://postgres:pass@db.test:5432/orders')).toBe(`postgresql://postgres:pass@127.0.0.1:${proxy.port}/orders`);
  });
});
