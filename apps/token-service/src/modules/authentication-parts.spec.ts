import { describe, expect, it } from '@jest/globals';
import type { MutualTlsConfig } from '../config/mutual-tls.ts';
import { authenticationMethods, credentialKinds } from './authentication-parts.ts';

const address = { host: '127.0.0.1', port: 4443 };
const files = { certFile: 'a', keyFile: 'b', clientCaFile: 'c', proxy: undefined };
const listening = (on: Partial<MutualTlsConfig>) => ({
  mutualTls: { http: undefined, grpc: undefined, url: undefined, ...files, ...on },
});
const CERTIFICATES = ['tls_client_auth', 'self_signed_tls_client_auth'] as const;

describe('certificates', () => {
  it('are a way to authenticate wherever a listener asks for them', () => {
    for (const on of [{ http: address }, { grpc: address }]) {
      expect(credentialKinds(listening(on))).toEqual(expect.arrayContaining([...CERTIFICATES]));
    }
    expect(credentialKinds({ mutualTls: undefined })).not.toContain('tls_client_auth');
  });

  it('are in the metadata, which are about HTTP, only where one over HTTP does', () => {
    expect(authenticationMethods(listening({ http: address }))).toEqual(expect.arrayContaining([...CERTIFICATES]));
    expect(authenticationMethods(listening({ grpc: address }))).toEqual([
      'client_secret_basic',
      'client_secret_post',
      'private_key_jwt',
    ]);
  });
});
