import { once } from 'node:events';
import { connect, type ClientHttp2Session, type ClientHttp2Stream } from 'node:http2';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startRunningService, type RunningService } from '../running-service.ts';

/** A message of no bytes, in its frame: enough to be answered that it proves nothing. */
const EMPTY = Buffer.alloc(5);

describe('one connection', () => {
  let service: RunningService;
  beforeAll(async () => (service = await startRunningService()));
  afterAll(() => service?.stop());

  it.each([
    ['grpc', 1_000, '/mintmark.token.v1.TokenService/IssueToken'],
    ['adminGrpc', 100, '/mintmark.admin.v1.ClientsService/ListClients'],
  ] as const)(
    'to the listener %s holds at most %d calls, and the next is answered when others are done',
    async (listener, most, path) => {
      const session = connect(`http://${service[listener]}`);
      try {
        await once(session, 'remoteSettings');
        expect(session.remoteSettings.maxConcurrentStreams).toBe(most);
        // They never say what they want.
        const waiting = Array.from({ length: most }, () => call(session, path));
        let isAnswered = false;
        call(session, path)
          .on('response', () => (isAnswered = true))
          .end(EMPTY);
        await pings(session);
        expect(isAnswered).toBe(false);
        for (const each of waiting.slice(0, 10)) each.close();
        await pings(session);
        await once(call(session, path).end(EMPTY), 'response');
      } finally {
        session.destroy();
      }
    },
  );
});

function call(session: ClientHttp2Session, path: string): ClientHttp2Stream {
  const headers = { ':method': 'POST', ':path': path, 'content-type': 'application/grpc', te: 'trailers' };
  const stream = session.request(headers);
  return stream.on('error', () => undefined).resume();
}

/** There and back, often enough for the other side to have done what came before. */
async function pings(session: ClientHttp2Session): Promise<void> {
  const ping = promisify<unknown>((done) => void session.ping((error, ...answer) => done(error, answer)));
  for (let sent = 0; sent < 5; sent++) await ping();
}
