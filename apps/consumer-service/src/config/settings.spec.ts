import { describe, expect, it } from '@jest/globals';
import { readSettings, SettingsError } from './settings.ts';

const ISSUER = { MINTMARK_ISSUER: 'https://tokens.internal' };

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    readSettings(environment);
    return [];
  } catch (error) {
    return error instanceof SettingsError ? error.problems : [`threw ${String(error)}`];
  }
}

describe('the settings', () => {
  it('have a default for all but the issuer', () => {
    expect(readSettings(ISSUER)).toEqual({
      mode: 'production',
      issuer: 'https://tokens.internal',
      jwksUrl: 'https://tokens.internal/.well-known/jwks.json',
      revocationsUrl: 'https://tokens.internal/.well-known/mintmark-revocations',
      onUnknownRevocations: 'refuse',
      audience: 'inventory',
      watch: undefined,
      http: { host: '127.0.0.1', port: 4100 },
      grpc: { host: '127.0.0.1', port: 4101 },
      externalUrl: undefined,
      grpcAuthority: undefined,
      timeScale: 1,
      logLevel: 'info',
      tlsTerminatedByProxy: false,
    });
  });

  it('take an empty variable for one that is not set', () => {
    expect(problemsOf({ ...ISSUER, MINTMARK_MODE: '', MINTMARK_JWKS_URL: '' })).toEqual([]);
  });

  it('name all that is wrong in one message: the name, what it got and what it takes', () => {
    const problems = problemsOf({
      MINTMARK_MODE: 'staging',
      MINTMARK_CONSUMER_HTTP_ADDRESS: '4100',
      MINTMARK_CONSUMER_GRPC_ADDRESS: '127.0.0.1:65536',
      MINTMARK_CONSUMER_EXTERNAL_URL: 'https://inventory.internal/?a=b',
      MINTMARK_CONSUMER_GRPC_AUTHORITY: 'https://inventory.internal',
      MINTMARK_TIME_SCALE: '0.5',
      MINTMARK_LOG_LEVEL: 'loud',
      MINTMARK_TLS_TERMINATED_BY_PROXY: 'maybe',
      MINTMARK_JWKS_URL: 'file:///etc/keys.json',
      MINTMARK_ON_UNKNOWN_REVOCATIONS: 'ignore',
    });
    expect(problems).toEqual([
      'MINTMARK_MODE is "staging"; takes production or development',
      'MINTMARK_ISSUER is missing; takes the URL of the issuer: https, or http on loopback, without query',
      'MINTMARK_JWKS_URL is "file:///etc/keys.json"; takes a URL: https, or http on loopback',
      'MINTMARK_ON_UNKNOWN_REVOCATIONS is "ignore"; takes refuse or accept',
      'MINTMARK_CONSUMER_HTTP_ADDRESS is "4100"; takes host:port',
      'MINTMARK_CONSUMER_GRPC_ADDRESS is "127.0.0.1:65536"; takes host:port',
      'MINTMARK_CONSUMER_EXTERNAL_URL is "https://inventory.internal/?a=b"; takes a URL without query: https, or http on loopback',
      'MINTMARK_CONSUMER_GRPC_AUTHORITY is "https://inventory.internal"; takes host:port',
      'MINTMARK_TIME_SCALE is "0.5"; takes a number, at least 1',
      'MINTMARK_LOG_LEVEL is "loud"; takes trace, debug, info, warn, error, fatal, silent',
      'MINTMARK_TLS_TERMINATED_BY_PROXY is "maybe"; takes true or false',
    ]);
  });

  it.each([
    ['MINTMARK_ISSUER', 'https://tokens.internal/?tenant=a'],
    ['MINTMARK_ISSUER', 'https://tokens.internal/#a'],
    ['MINTMARK_JWKS_URL', 'https://tokens.internal/keys#a'],
    ['MINTMARK_REVOCATIONS_URL', 'https://tokens.internal/revoked#a'],
    ['MINTMARK_CONSUMER_GRPC_AUTHORITY', 'inventory\\internal'],
  ])('say by name what the verifier would not take: %s=%s', (name, value) => {
    expect(problemsOf({ ...ISSUER, [name]: value })).toEqual([expect.stringContaining(name)]);
  });

  it('refuse a URL with credentials in it, and do not repeat them', () => {
    const [problem] = problemsOf({ MINTMARK_ISSUER: 'https://user:hunter2@tokens.internal' });
    expect(problem).toContain('MINTMARK_ISSUER');
    expect(problem).not.toContain('hunter2');
  });
});

describe('a listener that others can reach', () => {
  const exposed = { ...ISSUER, MINTMARK_CONSUMER_HTTP_ADDRESS: '0.0.0.0:4100' };

  it('is refused without TLS in front', () => {
    expect(problemsOf(exposed)).toEqual([expect.stringContaining('MINTMARK_TLS_TERMINATED_BY_PROXY=true')]);
    expect(problemsOf({ ...exposed, MINTMARK_TLS_TERMINATED_BY_PROXY: 'true' })).toEqual([]);
  });

  it('is refused in development, and with scaled time', () => {
    const behindProxy = { ...exposed, MINTMARK_TLS_TERMINATED_BY_PROXY: 'true' };
    expect(problemsOf({ ...behindProxy, MINTMARK_MODE: 'development' })).toHaveLength(1);
    expect(problemsOf({ ...behindProxy, MINTMARK_TIME_SCALE: '60' })).toHaveLength(1);
  });

  it.each(['10.0.0.7:4101', '[::]:4101', 'inventory.internal:4101'])('may be the gRPC one too: %s', (address) => {
    expect(problemsOf({ ...ISSUER, MINTMARK_CONSUMER_GRPC_ADDRESS: address })).toHaveLength(1);
  });

  it.each(['127.0.0.1:0', '127.8.8.8:1', '[::1]:4101', 'localhost:4101'])('is not one on loopback: %s', (address) => {
    expect(problemsOf({ ...ISSUER, MINTMARK_CONSUMER_GRPC_ADDRESS: address })).toEqual([]);
  });
});

describe('plain http', () => {
  it('to the issuer is taken on loopback only', () => {
    expect(problemsOf({ MINTMARK_ISSUER: 'http://127.0.0.1:4000' })).toEqual([]);
    expect(problemsOf({ MINTMARK_ISSUER: 'http://[::1]:4000' })).toEqual([]);
    expect(problemsOf({ MINTMARK_ISSUER: 'http://tokens.internal' })).toHaveLength(3);
    expect(problemsOf({ ...ISSUER, MINTMARK_JWKS_URL: 'http://tokens.internal/keys' })).toHaveLength(1);
  });

  it('say who watches the key set: the client named like the resource, unless told otherwise', () => {
    const watching = { ...ISSUER, MINTMARK_WATCH_ADDRESS: 'tokens.internal:4001' };
    expect(problemsOf(watching)).toEqual([expect.stringContaining('MINTMARK_CLIENT_SECRET_FILE is missing')]);
    const named = readSettings({ ...watching, MINTMARK_CLIENT_SECRET_FILE: '/run/secret' }).watch;
    expect(named).toMatchObject({ resource: 'inventory', clientId: 'inventory' });
    const environment = { ...watching, MINTMARK_CLIENT_SECRET_FILE: '/run/secret', MINTMARK_CLIENT_ID: 'stock' };
    expect(readSettings(environment).watch).toMatchObject({ resource: 'inventory', clientId: 'stock' });
  });
});
