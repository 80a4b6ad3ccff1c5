import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { scripted } from '../test/scripted-client.ts';
import { failing, issued } from '../test/scripted-transport.ts';
import { clientSecret } from './client-secret.ts';
import type { TransportCall } from './token-transport.ts';

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mintmark-client-'));
  file = join(folder, 'secret');
});

afterEach(() => rm(folder, { recursive: true }));

const secretIn = ({ evidence }: TransportCall) =>
  evidence.kind === 'client_secret' ? evidence.secret.reveal() : undefined;
const secretsOf = (calls: readonly TransportCall[]) => calls.map(secretIn);
const rejected = failing({ code: 'CLIENT_AUTHENTICATION_FAILED', retryable: false });

describe('a secret in a file', () => {
  it('is read without the line end', async () => {
    await writeFile(file, 'first\n');
    const { client, transport } = scripted({ identity: clientSecret({ clientId: 'orders', secret: { file } }) });
    await client.token();
    expect(secretsOf(transport.calls)).toEqual(['first']);
    expect(transport.calls[0]?.evidence.clientId).toBe('orders');
  });

  it('that changed is used for the next request', async () => {
    await writeFile(file, 'first');
    const { client, transport } = scripted({ identity: clientSecret({ clientId: 'orders', secret: { file } }) });
    await client.token({ audience: 'a' });
    await writeFile(file, 'second');
    await client.token({ audience: 'b' });
    expect(secretsOf(transport.calls)).toEqual(['first', 'second']);
  });

  it('that changed while the issuer refused it is tried at once', async () => {
    await writeFile(file, 'first');
    const { client, transport } = scripted({ identity: clientSecret({ clientId: 'orders', secret: { file } }) });
    transport.answer = async (call, attempt) => {
      if (secretIn(call) === 'second') return issued(300)(call, attempt);
      await writeFile(file, 'second');
      return rejected(call, attempt);
    };
    expect((await client.token()).value).toBe('token-2');
    expect(secretsOf(transport.calls)).toEqual(['first', 'second']);
  });

  it('that is refused and did not change is not tried again', async () => {
    await writeFile(file, 'first');
    const { client, transport } = scripted({ identity: clientSecret({ clientId: 'orders', secret: { file } }) });
    transport.answer = rejected;
    await expect(client.token()).rejects.toMatchObject({ code: 'CLIENT_AUTHENTICATION_FAILED' });
    expect(transport.attempts).toBe(1);
  });

  it('that is gone for a moment is the last one read', async () => {
    await writeFile(file, 'first');
    const { client, transport } = scripted({ identity: clientSecret({ clientId: 'orders', secret: { file } }) });
    await client.token({ audience: 'a' });
    await rm(file);
    await client.token({ audience: 'b' });
    expect(secretsOf(transport.calls)).toEqual(['first', 'first']);
  });

  it.each([
    ['missing', undefined, 'ENOENT'],
    ['empty', ' \n', 'it is empty'],
  ])('that was %s from the start is an error that names the file and the reason', async (_what, content, reason) => {
    if (content !== undefined) await writeFile(file, content);
    const { client, transport } = scripted({ identity: clientSecret({ clientId: 'orders', secret: { file } }) });
    const error = await client.token().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'SECRET_UNREADABLE', retryable: false });
    expect(String(error)).toContain(file);
    expect(String(error)).toContain(reason);
    expect(transport.attempts).toBe(0);
  });
});

describe('a secret given as text', () => {
  it('that is refused is not tried again', async () => {
    const { client, transport } = scripted({ identity: clientSecret({ clientId: 'orders', secret: 's' }) });
    transport.answer = rejected;
    await expect(client.token()).rejects.toMatchObject({ code: 'CLIENT_AUTHENTICATION_FAILED' });
    expect(transport.attempts).toBe(1);
  });

  it.each([
    { clientId: '', secret: 's' },
    { clientId: 'orders', secret: '' },
    { clientId: 'orders', secret: { file: '' } },
    { clientId: 'orders', secret: undefined as unknown as string },
  ])('must be there: %j', (options) => {
    expect(() => clientSecret(options)).toThrow(TypeError);
  });
});
