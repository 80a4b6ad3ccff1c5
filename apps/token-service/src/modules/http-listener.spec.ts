import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, jest } from '@jest/globals';
import { Authority } from '../../../../test/clients/certificates.ts';
import { HttpListener } from './http-listener.ts';
import { TlsFiles } from './tls-files.ts';

class NothingModule {}

const directory = mkdtempSync(join(tmpdir(), 'mintmark-listener-'));
afterEach(() => {
  jest.useRealTimers();
  rmSync(directory, { recursive: true, force: true });
});

async function tlsFiles(): Promise<TlsFiles> {
  const authority = await Authority.create('root');
  const { certificate, privateKey } = await authority.issue({ names: [{ type: 'dns', value: 'localhost' }] });
  const texts = { certFile: certificate, keyFile: privateKey, clientCaFile: authority.certificate };
  const files = Object.entries(texts).map(([name, text]) => {
    writeFileSync(join(directory, name), text);
    return [name, join(directory, name)];
  });
  return TlsFiles.open(Object.fromEntries(files) as never);
}

it('the stop of a listener that ends TLS does not wait for a handshake that never begins', async () => {
  const address = { host: '127.0.0.1', port: 0 };
  const parts = { module: { module: NothingModule }, errors: { catch: () => undefined } as never, server: {} };
  const listener = await HttpListener.start({ ...parts, address, tls: await tlsFiles() });
  const silent = connect(listener.address.port, '127.0.0.1').on('error', () => undefined);
  await once(silent, 'connect');
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance'] });
  const closed = listener.close();
  await new Promise((resolve) => setImmediate(resolve));
  jest.advanceTimersByTime(10_000);
  jest.useRealTimers();
  await expect(closed).resolves.toBeUndefined();
  silent.destroy();
});
