import { describe, expect, it } from '@jest/globals';
import { isLoopbackTarget } from './grpc/grpc-address.ts';
import { credentialSafeUrl, isLoopbackHost } from './loopback.ts';

describe('loopback', () => {
  it.each(['localhost', '127.0.0.1', '127.255.0.9', '::1', '[::1]'])('is %s', (host) => {
    expect(isLoopbackHost(host)).toBe(true);
  });

  it.each(['localhost.evil.test', '127.0.0.1.evil.test', '127.evil.test', '10.0.0.1', '0.0.0.0', '::', ''])(
    'is not %s',
    (host) => {
      expect(isLoopbackHost(host)).toBe(false);
    },
  );

  it.each([
    'localhost:4001',
    '127.0.0.1:4001',
    '[::1]:4001',
    '::1',
    'dns:localhost:4001',
    'dns:///localhost:4001',
    'dns://8.8.8.8/localhost:4001',
    'ipv4:127.0.0.1:1,127.0.0.2:2',
    'ipv6:[::1]:1',
    'unix:/run/tokens.sock',
  ])('is where the gRPC target %s leads', (target) => {
    expect(isLoopbackTarget(target)).toBe(true);
  });

  it.each([
    'tokens.internal:4001',
    'dns:///tokens.internal:4001',
    'dns://127.0.0.1/tokens.internal:4001',
    'ipv4:127.0.0.1:1,10.0.0.1:2',
    'ipv6:[fd00::1]:1',
    'xds:///localhost',
    'localhost.evil.test:4001',
    '',
  ])('is not where the gRPC target %s leads', (target) => {
    expect(isLoopbackTarget(target)).toBe(false);
  });
});

describe('an address that may carry a credential', () => {
  it.each(['https://tokens.internal', 'http://127.0.0.1:4000', 'http://[::1]:4000/x', 'http://localhost'])(
    'is %s',
    (text) => {
      expect(credentialSafeUrl(text, 'issuer').href).toContain(text);
    },
  );

  it.each([
    'http://tokens.internal',
    'http://127.0.0.1.evil.test',
    'ftp://127.0.0.1',
    'https://user:pass@tokens.internal',
    'tokens.internal',
    '/oauth2/token',
  ])('is not %s', (text) => {
    expect(() => credentialSafeUrl(text, 'issuer')).toThrow(TypeError);
  });

  it('that is refused is not quoted with its password', () => {
    expect(() => credentialSafeUrl('https://user:canary@tokens.internal', 'issuer')).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('canary') }),
    );
  });
});
