import { describe, expect, it } from '@jest/globals';
import { settled } from '../test/fake-clock.ts';
import { scripted } from '../test/scripted-client.ts';
import { failing, held } from '../test/scripted-transport.ts';
import { clientSecret } from './client-secret.ts';
import type { TokenClientOptions } from './token-client-options.ts';
import { createTokenClient } from './token-client.ts';
import type { TokenRequest } from './token-request.ts';

const inventory: TokenRequest = { audience: 'inventory', scopes: ['stock:read'] };

describe('a token', () => {
  it('comes with its expiry, counted from when it was asked for, and its scopes', async () => {
    const { client, clock, transport } = scripted();
    const sentAt = clock.now();
    const gate = held();
    transport.answer = gate.answer;
    const pending = client.token(inventory);
    await settled();
    clock.skip(2);
    gate.release();
    const token = await pending;
    expect(token.value).toBe('token-1');
    expect(token.expiresAt).toEqual(new Date(sentAt + 300_000));
    expect(token.scopes).toEqual(['stock:read']);
  });

  it('is asked for once, however often it is used', async () => {
    const { client, transport } = scripted();
    const first = await client.token(inventory);
    expect(await client.token(inventory)).toBe(first);
    expect(transport.attempts).toBe(1);
  });

  it('is asked for once by 100 callers at once', async () => {
    const { client, transport } = scripted();
    const tokens = await Promise.all(Array.from({ length: 100 }, () => client.token(inventory)));
    expect(new Set(tokens).size).toBe(1);
    expect(transport.attempts).toBe(1);
  });

  it('is the same for the same scopes in another order or said twice', async () => {
    const { client, transport } = scripted();
    await client.token({ audience: 'inventory', scopes: ['b', 'a'] });
    await client.token({ audience: 'inventory', scopes: ['a', 'b', 'a'] });
    expect(transport.attempts).toBe(1);
    expect(transport.calls[0]?.request.scopes).toEqual(['a', 'b']);
  });

  it.each<[string, TokenRequest]>([
    ['other scopes', { audience: 'inventory', scopes: ['stock:reserve'] }],
    ['no scopes', { audience: 'inventory' }],
    ['another audience', { audience: 'billing', scopes: ['stock:read'] }],
    ['a resource of the same text', { resource: 'inventory', scopes: ['stock:read'] }],
    ['no target', { scopes: ['stock:read'] }],
    ['a scope like the audience', { scopes: ['audience', 'inventory', 'stock:read'] }],
  ])('is not shared with %s', async (_what, other) => {
    const { client, transport } = scripted();
    await client.token(inventory);
    await client.token(other);
    expect(transport.attempts).toBe(2);
  });

  it.each<[string, TokenRequest]>([
    ['two targets', { audience: 'inventory', resource: 'https://inventory.internal' }],
    ['an empty target', { audience: '' }],
    ['a scope with a space', { audience: 'inventory', scopes: ['stock:read stock:reserve'] }],
  ])('is not asked for with %s', async (_what, request) => {
    const { client, transport } = scripted();
    await expect(client.token(request)).rejects.toThrow(TypeError);
    expect(transport.attempts).toBe(0);
  });

  it('goes into a header and into gRPC metadata', async () => {
    const { client } = scripted();
    expect(await client.authorizationHeader(inventory)).toBe('Bearer token-1');
    expect((await client.metadata(inventory)).get('authorization')).toEqual(['Bearer token-1']);
  });

  it('that arrives after its safety margin is given to those who waited, and to nobody later', async () => {
    const { client, clock, transport } = scripted();
    const gate = held();
    transport.answer = gate.answer;
    const pending = client.token(inventory);
    await settled();
    clock.skip(295);
    gate.release();
    expect((await pending).value).toBe('token-1');
    expect((await client.token(inventory)).value).toBe('token-2');
  });
});

describe('a caller who gives up', () => {
  it('fails alone: the others get their token by the same request', async () => {
    const { client, transport } = scripted();
    const gate = held();
    transport.answer = gate.answer;
    const impatient = new AbortController();
    const given = client.token(inventory, { signal: impatient.signal });
    const patient = client.token(inventory);
    impatient.abort(new Error('changed my mind'));
    await expect(given).rejects.toThrow('changed my mind');
    expect(transport.calls[0]?.signal.aborted).toBe(false);
    gate.release();
    expect((await patient).value).toBe('token-1');
    expect(transport.attempts).toBe(1);
  });

  it('before asking asks for nothing', async () => {
    const { client, transport } = scripted();
    await expect(client.token(inventory, { signal: AbortSignal.abort() })).rejects.toThrow('aborted');
    expect(transport.attempts).toBe(0);
  });

  it.each([
    ['a Date', (ms: number) => new Date(ms)],
    ['milliseconds', (ms: number) => ms],
  ])('at a deadline (%s) leaves the request to the others', async (_form, deadlineOf) => {
    const { client, clock, transport } = scripted();
    const gate = held();
    transport.answer = gate.answer;
    const hurried = client.token(inventory, { deadline: deadlineOf(clock.now() + 1_000) });
    const patient = client.token(inventory);
    const refusal = expect(hurried).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED', retryable: true });
    await clock.advance(1);
    await refusal;
    gate.release();
    expect((await patient).value).toBe('token-1');
  });

  it('leaves no timer behind once answered', async () => {
    const { client, clock } = scripted();
    await client.token(inventory, { deadline: clock.now() + 1_000 });
    await settled();
    expect(clock.pendingTimers).toBe(1);
  });
});

describe('invalidate', () => {
  it.each(['token', 'text', 'request'] as const)('given the %s makes the next call ask anew', async (form) => {
    const { client, transport } = scripted();
    const token = await client.token(inventory);
    const forms = { token, text: token.value, request: inventory };
    expect(client.invalidate(forms[form])).toBe(true);
    expect((await client.token(inventory)).value).toBe('token-2');
    expect(transport.attempts).toBe(2);
  });

  it('by many callers with the same old token costs one request', async () => {
    const { client, transport } = scripted();
    const old = await client.token(inventory);
    for (let i = 0; i < 100; i++) {
      client.invalidate(old);
      await client.token(inventory);
    }
    expect(transport.attempts).toBe(2);
  });

  it('of what is not held does nothing', async () => {
    const { client, transport } = scripted();
    await client.token(inventory);
    expect(client.invalidate('another')).toBe(false);
    expect(client.invalidate({ audience: 'billing' })).toBe(false);
    await client.token(inventory);
    expect(transport.attempts).toBe(1);
  });

  it('by a resource that refuses every token does not become a load on the issuer', async () => {
    const { client, clock, transport } = scripted();
    const refuseAll = async (times: number) => {
      for (let i = 0; i < times; i++) client.invalidate(await client.token(inventory));
    };
    await refuseAll(100);
    expect(transport.attempts).toBe(6);
    await clock.advance(10);
    await refuseAll(100);
    expect(transport.attempts).toBe(8);
  });
});

describe('memory', () => {
  it('is bounded: the token unused for longest makes room, and is not renewed any more', async () => {
    const { client, clock, transport } = scripted({ maxCachedTokens: 2 });
    await client.token({ audience: 'a' });
    await client.token({ audience: 'b' });
    await client.token({ audience: 'a' });
    await client.token({ audience: 'c' });
    expect(clock.pendingTimers).toBe(2);
    await client.token({ audience: 'a' });
    expect(transport.attempts).toBe(3);
    await client.token({ audience: 'b' });
    expect(transport.attempts).toBe(4);
  });

  it('that was made room in keeps no token that arrives late', async () => {
    const { client, clock, transport } = scripted({ maxCachedTokens: 1 });
    const gate = held();
    transport.answer = gate.answer;
    const tokens = Promise.all([client.token({ audience: 'a' }), client.token({ audience: 'b' })]);
    gate.release();
    expect(await tokens).toHaveLength(2);
    expect(clock.pendingTimers).toBe(1);
    expect(client.invalidate((await tokens)[0])).toBe(false);
  });

  it.each([
    ['nobody asks for', undefined],
    ['cannot be renewed', failing({ retryAfterSeconds: 100 })],
  ])('keeps no token that %s past its use', async (_what, renewal) => {
    const { client, clock, transport } = scripted();
    const { value } = await client.token(inventory);
    if (renewal) transport.answer = renewal;
    await clock.advance(900);
    expect(client.invalidate(value)).toBe(false);
    expect(client.invalidate(inventory)).toBe(false);
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('close', () => {
  it('fails those who wait, aborts the request, closes the transport, once', async () => {
    const { client, transport } = scripted();
    transport.answer = held().answer;
    const pending = client.token(inventory);
    const refusal = expect(pending).rejects.toMatchObject({ code: 'CLIENT_CLOSED', retryable: false });
    await settled();
    client.close();
    client.close();
    await refusal;
    expect(transport.calls[0]?.signal.aborted).toBe(true);
    expect(transport.closed).toBe(1);
  });

  it('ends renewals and forgets tokens', async () => {
    const { client, clock, transport } = scripted();
    await client.token(inventory);
    client.close();
    expect(clock.pendingTimers).toBe(0);
    await clock.advance(3_600);
    for (let i = 0; i < 2; i++) {
      await expect(client.token(inventory)).rejects.toMatchObject({ detail: 'the token client is closed' });
    }
    expect(transport.attempts).toBe(1);
  });

  it('ends the pause before a retry', async () => {
    const { client, transport } = scripted();
    transport.answer = failing();
    const pending = client.token(inventory);
    const refusal = expect(pending).rejects.toMatchObject({ code: 'CLIENT_CLOSED' });
    await settled();
    client.close();
    await refusal;
    expect(transport.attempts).toBe(1);
  });
});

describe('options that make no sense', () => {
  const sound = scripted();
  it.each<[string, Partial<TokenClientOptions>]>([
    ['retries', { retries: -1 }],
    ['timeoutSeconds', { timeoutSeconds: 0 }],
    ['timeoutSeconds', { timeoutSeconds: Number.NaN }],
    ['maxCachedTokens', { maxCachedTokens: 0 }],
    ['timeScale', { timeScale: 0.5 }],
    ['renewal', { renewal: { from: 0.8, to: 0.7 } }],
    ['renewal', { renewal: { from: 0.8, to: 0.95 } }],
  ])('are refused: %s', (name, options) => {
    const identity = clientSecret({ clientId: 'orders', secret: 's' });
    expect(() => createTokenClient({ transport: sound.transport, identity, ...options })).toThrow(name);
  });
});
