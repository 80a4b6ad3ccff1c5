import { connect, createServer, type IncomingHttpHeaders, type ServerHttp2Session } from 'node:http2';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, jest } from '@jest/globals';

describe('a process that holds the module several times', () => {
  it('listens once to each session, and still sees a repeated header', async () => {
    for (let copies = 0; copies < 3; copies++) {
      jest.resetModules();
      const { watchRepeatedAuthorization } = await import('./repeated-authorization.ts');
      watchRepeatedAuthorization();
    }
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const seen: IncomingHttpHeaders[] = [];
    const listeners: number[] = [];
    let session: ServerHttp2Session | undefined;
    server.on('session', (opened) => (session = opened));
    server.on('stream', (stream, headers) => {
      seen.push(headers);
      // Node itself listens, to hand streams on to the server.
      listeners.push(session!.listenerCount('stream') - 1);
      stream.respond({ ':status': 200 }, { endStream: true });
    });
    const client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, {
      strictSingleValueFields: false,
    } as object);
    for (let calls = 0; calls < 3; calls++) {
      const call = client.request({
        ...{ ':method': 'POST', 'content-type': 'application/grpc' },
        authorization: ['Bearer a', 'Bearer b'] as unknown as string,
      });
      call.resume().end();
      await once(call, 'close');
    }
    client.close();
    server.close();
    expect(listeners).toEqual([1, 1, 1]);
    expect(seen.map(({ authorization }) => authorization)).toEqual(Array(3).fill('Bearer a, Bearer b'));
  });
});
