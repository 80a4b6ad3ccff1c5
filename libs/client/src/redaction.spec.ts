import { format, inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { scripted, SECRET } from '../test/scripted-client.ts';
import { onTheWire, scrub } from './evidence-on-the-wire.ts';
import { clientSecret } from './client-secret.ts';

const deep = { depth: Infinity, showHidden: true };

function written(value: unknown): string {
  return [inspect(value, deep), format('%o %O %s %j', value, value, value, value), JSON.stringify(value)].join('\n');
}

describe('what is written of', () => {
  it('a token holds no token', async () => {
    const { client } = scripted();
    const token = await client.token();
    expect(written(token)).toContain('[redacted]');
    expect(written(token)).not.toContain('token-1');
    expect(`${token as unknown as string}`).toBe('AccessToken([redacted])');
  });

  it('a client, its identity and its evidence holds neither secret nor token', async () => {
    const { client, transport } = scripted();
    await client.token();
    const identity = clientSecret({ clientId: 'orders', secret: SECRET });
    const all = written([client, transport.calls, identity, await identity.evidence()]);
    expect(all).toContain('orders');
    expect(all).not.toContain(SECRET);
    expect(all).not.toContain('token-1');
  });
});

describe('a token shared by callers', () => {
  it('cannot be changed by one of them', async () => {
    const { client } = scripted();
    const token = await client.token({ scopes: ['stock:read'] });
    token.expiresAt.setTime(0);
    expect(token.expiresAt.getTime()).toBeGreaterThan(0);
    expect(() => (token.scopes as string[]).push('admin')).toThrow(TypeError);
    expect(() => Object.assign(token, { scopes: [] })).toThrow(TypeError);
  });
});

describe('Basic credentials', () => {
  const difficult = { clientId: 'or:ders', secret: 'a b+c%&ü=/' };

  it('have both halves form-encoded (RFC 6749 §2.3.1)', async () => {
    const { authorization: header = '' } = onTheWire(await clientSecret(difficult).evidence());
    const decoded = Buffer.from(header.replace(/^Basic /, ''), 'base64').toString();
    expect(decoded).toBe('or%3Aders:a+b%2Bc%25%26%C3%BC%3D%2F');
  });

  it('are scrubbed from foreign text in every form they are sent in', async () => {
    const evidence = await clientSecret(difficult).evidence();
    const echo = `${difficult.secret} ${onTheWire(evidence).authorization} a+b%2Bc%25%26%C3%BC%3D%2F`;
    expect(scrub(echo, evidence)).toBe('[redacted] Basic [redacted] [redacted]');
  });
});
