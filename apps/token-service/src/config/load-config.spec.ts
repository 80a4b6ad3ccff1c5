import { describe, expect, it } from '@jest/globals';
import { ConfigError, loadConfig } from './load-config.ts';
import { SETTINGS } from './settings.ts';

const PRODUCTION = {
  MINTMARK_ISSUER: 'https://tokens.internal',
  MINTMARK_KEK_FILE: '/run/kek',
};

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    loadConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('loadConfig', () => {
  it('in development needs nothing', () => {
    const config = loadConfig({ MINTMARK_MODE: 'development' });
    expect(config).toMatchObject({
      issuer: 'http://127.0.0.1:4000',
      http: { host: '127.0.0.1', port: 4000 },
      grpc: { host: '127.0.0.1', port: 4001 },
      management: { host: '127.0.0.1', port: 4002 },
    });
    expect(config.databaseUrl).toMatch(/^sqlite:.*\.mintmark\/mintmark\.db$/);
    expect(Object.isFrozen(config)).toBe(true);
  });

  it('is production unless told otherwise, and then wants an issuer and a key-encryption key', () => {
    expect(problemsOf({})).toEqual([
      expect.stringContaining('MINTMARK_ISSUER: got nothing'),
      expect.stringContaining('MINTMARK_KEK_FILE: got nothing'),
    ]);
    expect(problemsOf(PRODUCTION)).toEqual([]);
  });

  it('lists all that is wrong at once, each with its name, what it got and what it takes', () => {
    expect(
      problemsOf({
        MINTMARK_MODE: 'prod',
        MINTMARK_HTTP_ADDRESS: '4000',
        MINTMARK_ROTATION_PERIOD: '1 day',
        MINTMARK_TIME_SCALE: '0',
      }),
    ).toEqual([
      'MINTMARK_MODE: got "prod", takes production or development',
      'MINTMARK_HTTP_ADDRESS: got "4000", takes host:port, or [ipv6]:port, with a port from 0 to 65535',
      'MINTMARK_ROTATION_PERIOD: got "1 day", takes a whole number and a unit: 90s, 15m or 24h',
      'MINTMARK_TIME_SCALE: got "0", takes a number from 1 to 10000',
    ]);
  });

  const TLS = {
    MINTMARK_TLS_CERT_FILE: '/run/tls.crt',
    MINTMARK_TLS_KEY_FILE: '/run/tls.key',
    MINTMARK_TLS_CLIENT_CA_FILE: '/run/clients.crt',
  };

  it('takes listeners that ask for certificates, with their files and the URL that leads there', () => {
    const config = loadConfig({
      ...PRODUCTION,
      ...TLS,
      MINTMARK_MTLS_HTTP_ADDRESS: '0.0.0.0:4443',
      MINTMARK_MTLS_URL: 'https://mtls.tokens.internal',
    });
    expect(config.mutualTls).toMatchObject({
      url: 'https://mtls.tokens.internal',
      http: { port: 4443 },
      grpc: undefined,
    });
    expect(loadConfig({ ...PRODUCTION, MINTMARK_PRIVATE_KEY_HOSTS: 'a.internal,10.0.0.1' }).privateKeyHosts).toEqual([
      'a.internal',
      '10.0.0.1',
    ]);
    expect(problemsOf({ ...PRODUCTION, MINTMARK_MTLS_GRPC_ADDRESS: '0.0.0.0:4444' })).toHaveLength(3);
    expect(problemsOf({ ...PRODUCTION, ...TLS, MINTMARK_MTLS_HTTP_ADDRESS: '0.0.0.0:4443' })).toEqual([
      expect.stringContaining('MINTMARK_MTLS_URL: got nothing'),
    ]);
    expect(problemsOf({ ...PRODUCTION, ...TLS })).toHaveLength(3);
    const grpcAlone = { ...PRODUCTION, ...TLS, MINTMARK_MTLS_GRPC_ADDRESS: '0.0.0.0:4444' };
    expect(problemsOf({ ...grpcAlone, MINTMARK_MTLS_URL: 'https://mtls.tokens.internal' })).toEqual([
      'MINTMARK_MTLS_URL: got a value, takes none without MINTMARK_MTLS_HTTP_ADDRESS',
    ]);
    expect(problemsOf({ MINTMARK_MODE: 'development', ...TLS, MINTMARK_MTLS_HTTP_ADDRESS: '0.0.0.0:4443' })).toEqual([
      expect.stringContaining('takes a loopback address in development'),
    ]);
    expect(problemsOf({ ...PRODUCTION, MINTMARK_ASSERTION_LIFETIME: '1h' })).toEqual([
      expect.stringContaining('takes 1s to 10m'),
    ]);
  });

  it('takes a proxy only with the header that it writes', () => {
    const listening = { ...PRODUCTION, ...TLS, MINTMARK_MTLS_GRPC_ADDRESS: '0.0.0.0:4444' };
    const name = { MINTMARK_TLS_PROXY_NAME: 'ingress.internal' };
    const header = { MINTMARK_TLS_PROXY_HEADER: 'x-forwarded-client-cert' };
    const { mutualTls } = loadConfig({ ...listening, ...name, ...header });
    expect(mutualTls?.proxy).toEqual({ name: 'ingress.internal', header: 'x-forwarded-client-cert' });
    expect(loadConfig(listening).mutualTls?.proxy).toBeUndefined();
    expect(problemsOf({ ...listening, ...name })).toEqual([
      expect.stringMatching(/^MINTMARK_TLS_PROXY_HEADER: got nothing, takes .*client-cert .*x-forwarded-client-cert/),
    ]);
    expect(problemsOf({ ...listening, ...header })).toEqual([
      expect.stringContaining('takes none without MINTMARK_TLS_PROXY_NAME'),
    ]);
    expect(problemsOf({ ...listening, ...name, MINTMARK_TLS_PROXY_HEADER: 'forwarded' })).toEqual([
      'MINTMARK_TLS_PROXY_HEADER: got "forwarded", takes client-cert or x-forwarded-client-cert',
    ]);
    expect(problemsOf({ ...PRODUCTION, ...name, ...header })).toHaveLength(2);
  });

  it('does not repeat the URL of Redis, which may hold a password', () => {
    expect(problemsOf({ ...PRODUCTION, MINTMARK_REDIS_URL: 'http://:hunter2@redis' }).join()).not.toContain('hunter2');
  });

  it.each([
    [
      'a listener that is not loopback',
      { ...PRODUCTION, MINTMARK_HTTP_ADDRESS: '0.0.0.0:4000' },
      'MINTMARK_TLS_TERMINATED_BY_PROXY',
    ],
    [
      'a host name as a listener',
      { ...PRODUCTION, MINTMARK_GRPC_ADDRESS: 'tokens:4001' },
      'MINTMARK_TLS_TERMINATED_BY_PROXY',
    ],
    [
      'development off loopback',
      { MINTMARK_MODE: 'development', MINTMARK_GRPC_ADDRESS: '10.0.0.1:1' },
      'loopback address in development',
    ],
    [
      'scaled time off loopback',
      {
        ...PRODUCTION,
        MINTMARK_HTTP_ADDRESS: '0.0.0.0:1',
        MINTMARK_TLS_TERMINATED_BY_PROXY: 'true',
        MINTMARK_TIME_SCALE: '60',
      },
      'MINTMARK_TIME_SCALE: got "60", takes 1',
    ],
    ['an issuer over plain http', { ...PRODUCTION, MINTMARK_ISSUER: 'http://tokens.internal' }, 'takes https'],
    [
      'an issuer with a slash at its end',
      { ...PRODUCTION, MINTMARK_ISSUER: 'https://tokens.internal/' },
      'without user, query, fragment or slash',
    ],
    [
      'an issuer with a password',
      { ...PRODUCTION, MINTMARK_ISSUER: 'https://u:canary-pw@tokens.internal' },
      'without user',
    ],
    ['keys published too briefly', { ...PRODUCTION, MINTMARK_PUBLISH_AHEAD: '60s' }, 'Publish at least 3010 s ahead'],
    [
      'unsafe timing off loopback',
      {
        ...PRODUCTION,
        MINTMARK_HTTP_ADDRESS: '0.0.0.0:1',
        MINTMARK_TLS_TERMINATED_BY_PROXY: 'true',
        MINTMARK_UNSAFE_TIMING: 'true',
      },
      'MINTMARK_UNSAFE_TIMING',
    ],
    [
      'unsafe timing in production, on loopback too',
      { ...PRODUCTION, MINTMARK_PUBLISH_AHEAD: '3010s', MINTMARK_UNSAFE_TIMING: 'true' },
      'MINTMARK_UNSAFE_TIMING: got "true", takes false but in development',
    ],
    [
      'port 0 without an issuer',
      { MINTMARK_MODE: 'development', MINTMARK_HTTP_ADDRESS: '127.0.0.1:0' },
      'MINTMARK_ISSUER',
    ],
    [
      'a token without the file of its PIN',
      { ...PRODUCTION, MINTMARK_SIGNING_KEYS: 'pkcs11:token=mintmark?module-path=/usr/lib/hsm.so' },
      'MINTMARK_PKCS11_PIN_FILE: got nothing',
    ],
    [
      'an earlier token without the file of its PIN',
      { ...PRODUCTION, MINTMARK_SIGNING_KEYS_ALSO: 'pkcs11:token=old?module-path=/usr/lib/hsm.so' },
      'MINTMARK_PKCS11_PIN_FILE: got nothing',
    ],
    [
      'an earlier place that it does not know',
      { ...PRODUCTION, MINTMARK_SIGNING_KEYS_ALSO: 'local vault:x' },
      'MINTMARK_SIGNING_KEYS_ALSO: got something else, takes a list with blanks between: local, or pkcs11:',
    ],
    [
      'keys it knows no place for',
      { ...PRODUCTION, MINTMARK_SIGNING_KEYS: 'vault:x' },
      'takes local, or pkcs11:token=',
    ],
    ['a database it does not know', { ...PRODUCTION, MINTMARK_DATABASE_URL: 'mysql://db' }, 'takes sqlite:<file>'],
    [
      'a password in a database URL',
      { ...PRODUCTION, MINTMARK_DATABASE_URL: 'postgres://u:canary-pw@127.0.0.1/db' },
      'MINTMARK_DATABASE_PASSWORD_FILE',
    ],
    [
      'a database elsewhere without TLS',
      { ...PRODUCTION, MINTMARK_DATABASE_URL: 'postgres://u@db.internal/db' },
      'takes sslmode=verify-full',
    ],
    [
      'a declaration file that rules a registry of several replicas',
      { ...PRODUCTION, MINTMARK_DATABASE_URL: 'postgres://u@127.0.0.1/db', MINTMARK_CONFIG: 'mintmark.yaml' },
      'MINTMARK_CONFIG: got "mintmark.yaml", takes nothing with PostgreSQL',
    ],
  ])('refuses %s', (_, environment, complaint) => {
    const problems = problemsOf(environment);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(complaint);
  });

  it('never repeats a database URL, which may hold a password', () => {
    const url = 'postgres://u:canary-pw@h/db';
    expect(problemsOf({ ...PRODUCTION, MINTMARK_DATABASE_URL: url }).join()).not.toContain('canary-pw');
  });

  it('never repeats the URI of a token, which may hold a PIN', () => {
    const uri = 'pkcs11:token=x?module-path=/lib/x.so&pin-value=canary-pin';
    for (const name of ['MINTMARK_SIGNING_KEYS', 'MINTMARK_SIGNING_KEYS_ALSO']) {
      const [problem] = problemsOf({ ...PRODUCTION, [name]: uri });
      expect(problem).toContain('a PIN is in a file: MINTMARK_PKCS11_PIN_FILE or pin-source');
      expect(problem).not.toContain('canary-pin');
    }
  });

  it('takes places that keys were made in before, each with its PIN', () => {
    const of = (token: string) => `pkcs11:token=${token}?module-path=/lib/x.so`;
    const { signingKeys } = loadConfig({
      ...PRODUCTION,
      MINTMARK_SIGNING_KEYS: of('new'),
      MINTMARK_SIGNING_KEYS_ALSO: ` local  ${of('old')}&pin-source=/run/old-pin\n${of('older')} `,
      MINTMARK_PKCS11_PIN_FILE: '/run/pin',
    });
    const place = (token: string, pinFile: string) => ({
      ...{ kind: 'pkcs11', pinFile },
      address: { modulePath: '/lib/x.so', token },
    });
    expect(signingKeys).toEqual({
      making: place('new', '/run/pin'),
      also: [place('old', '/run/old-pin'), place('older', '/run/pin')],
    });
  });

  it('opens no token twice: each opening tries its PIN, and a token locks itself after a few wrong ones', () => {
    const uri = 'pkcs11:token=x;serial=1?module-path=/lib/x.so';
    const settings = { ...PRODUCTION, MINTMARK_PKCS11_PIN_FILE: '/run/pin' };
    const same = 'pkcs11:serial=1;token=x?module-path=/lib/x.so&pin-source=/run/other';
    expect(loadConfig({ ...settings, MINTMARK_SIGNING_KEYS: uri, MINTMARK_SIGNING_KEYS_ALSO: same })).toMatchObject({
      signingKeys: { also: [] },
    });
    expect(loadConfig({ ...settings, MINTMARK_SIGNING_KEYS_ALSO: `${uri} ${same}` })).toMatchObject({
      signingKeys: { also: [{ pinFile: '/run/pin' }] },
    });
  });

  it('accepts a listener off loopback behind a proxy that ends TLS', () => {
    expect(
      problemsOf({ ...PRODUCTION, MINTMARK_HTTP_ADDRESS: '0.0.0.0:4000', MINTMARK_TLS_TERMINATED_BY_PROXY: 'true' }),
    ).toEqual([]);
  });

  it('accepts unsafe timing on loopback only when told to, and remembers why it is unsafe', () => {
    const short = { MINTMARK_MODE: 'development', MINTMARK_PUBLISH_AHEAD: '60s' };
    expect(problemsOf(short)).toHaveLength(1);
    expect(loadConfig({ ...short, MINTMARK_UNSAFE_TIMING: 'true' }).unsafeTiming).toContain('60 s');
    expect(loadConfig({ MINTMARK_MODE: 'development' }).unsafeTiming).toBeUndefined();
  });

  it('takes an empty variable for one that is not set', () => {
    expect(problemsOf({ ...PRODUCTION, MINTMARK_DATA_DIR: '', MINTMARK_LOG_LEVEL: '' })).toEqual([]);
  });

  it('divides every duration by the time scale', () => {
    const { timing } = loadConfig({ MINTMARK_MODE: 'development', MINTMARK_TIME_SCALE: '100' });
    expect(timing).toMatchObject({ publishAheadSeconds: 36, maxTokenLifetimeSeconds: 9, leewaySeconds: 0.2 });
  });

  it('describes every setting', () => {
    for (const schema of Object.values(SETTINGS)) expect(schema.description).toBeTruthy();
  });
});
