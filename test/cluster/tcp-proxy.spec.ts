import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { TcpProxy } from './tcp-proxy.ts';

describe('TcpProxy', () => {
  const closing: (() => unknown)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  it('passes what is sent, in both directions', async () => {
    const proxy = await proxyTo(await echo('one'));
    expect(await say(proxy, 'hello')).toBe('one: hello');
  });

  it('takes its targets in turn, and passes over one that refuses', async () => {
    const ports = [await echo('one'), await unusedPort(), await echo('two')];
    const proxy = await proxyTo(...ports);
    const answers = [];
    for (let call = 0; call < 6; call += 1) answers.push(await say(proxy, '?'));
    expect(answers.filter((answer) => answer === 'one: ?').length).toBeGreaterThan(0);
    expect(answers.filter((answer) => answer === 'two: ?').length).toBeGreaterThan(0);
    expect(answers).toHaveLength(6);
  });

  it('keeps the order of what it delays', async () => {
    const proxy = await proxyTo(await echo('one'));
    proxy.slow(20);
    const socket = await opened(proxy);
    const received: string[] = [];
    socket.on('data', (chunk) => received.push(String(chunk)));
    for (const letter of 'abc') socket.write(letter);
    await until(() => received.join('').endsWith('c'));
    expect(received.join('').replaceAll('one: ', '')).toBe('abc');
  });

  it('resets connections when it is cut, and serves again when it is healed', async () => {
    const proxy = await proxyTo(await echo('one'));
    const socket = await opened(proxy);
    const reset = closed(socket);
    proxy.cut();
    await reset;
    await expect(say(proxy, 'still there?')).rejects.toThrow();
    proxy.heal();
    expect(await say(proxy, 'and now?')).toBe('one: and now?');
  });

  it('lets nothing through while it is silent', async () => {
    const heard: string[] = [];
    const proxy = await proxyTo(await echo('one', (text) => heard.push(text)));
    proxy.silence();
    const socket = await opened(proxy);
    const reset = closed(socket);
    await new Promise((resolve) => socket.write('lost', resolve));
    proxy.heal();
    await reset;
    expect(await say(proxy, 'heard')).toBe('one: heard');
    expect(heard).toEqual(['heard']);
  });

  it('can answer itself, whether or not there is a server', async () => {
    const proxy = await proxyTo(await unusedPort());
    proxy.answer('go away');
    expect(await say(proxy, 'hello')).toBe('go away');
  });

  it('refuses connections, and listens again at the same port', async () => {
    const proxy = await proxyTo(await echo('one'));
    const reset = closed(await opened(proxy));
    await proxy.refuse();
    await reset;
    await expect(opened(proxy)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await proxy.admit();
    expect(await say(proxy, 'and now?')).toBe('one: and now?');
  });

  async function proxyTo(...ports: number[]): Promise<TcpProxy> {
    const proxy = await TcpProxy.start(() => ports);
    closing.push(() => proxy.close());
    return proxy;
  }

  async function echo(name: string, onText?: (text: string) => void): Promise<number> {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (chunk) => {
        onText?.(String(chunk));
        socket.write(`${name}: ${String(chunk)}`);
      });
    });
    closing.push(() => server.close());
    return listening(server);
  }

  async function opened(proxy: TcpProxy): Promise<Socket> {
    const socket = connect(proxy.port, '127.0.0.1');
    closing.push(() => socket.destroy());
    await once(socket, 'connect');
    socket.on('error', () => undefined);
    return socket;
  }

  async function say(proxy: TcpProxy, text: string): Promise<string> {
    const socket = await opened(proxy);
    socket.write(text);
    const [answer] = await Promise.race([
      once(socket, 'data'),
      closed(socket).then(() => Promise.reject(new Error('closed'))),
    ]);
    socket.destroy();
    return String(answer);
  }
});

/** Whether by a reset or not. */
function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once('close', () => resolve()));
}

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function unusedPort(): Promise<number> {
  const server = createServer();
  const port = await listening(server);
  await once(server.close(), 'close');
  return port;
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}
