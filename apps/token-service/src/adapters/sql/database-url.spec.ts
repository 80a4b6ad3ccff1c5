import { describe, expect, it } from '@jest/globals';
import { readDatabaseUrl } from './database-url.ts';

const POSTGRES = { kind: 'postgres', port: 5432, user: 'mint', database: 'tokens', tls: undefined } as const;

describe('readDatabaseUrl', () => {
  it.each([
    ['sqlite:./m.db', { kind: 'sqlite', file: './m.db' }],
    ['sqlite::memory:', { kind: 'sqlite', file: ':memory:' }],
    ['postgres://mint@127.0.0.1/tokens', { ...POSTGRES, host: '127.0.0.1' }],
    ['postgresql://mint@localhost:6000/tokens', { ...POSTGRES, host: 'localhost', port: 6000 }],
    ['postgres://mint@[::1]/tokens', { ...POSTGRES, host: '::1' }],
    ['postgres://mi%40nt@127.0.0.1/to%20kens', { ...POSTGRES, host: '127.0.0.1', user: 'mi@nt', database: 'to kens' }],
    ['postgres://mint@/tokens?host=/run/postgresql', { ...POSTGRES, host: '/run/postgresql' }],
    ['postgres://mint@%2Frun%2Fpostgresql/tokens', { ...POSTGRES, host: '/run/postgresql' }],
    [
      'postgres://mint@db.internal/tokens?sslmode=verify-full&sslrootcert=/etc/ca.pem',
      { ...POSTGRES, host: 'db.internal', tls: { rootCertificateFile: '/etc/ca.pem' } },
    ],
    [
      'postgres://mint@127.0.0.1/tokens?sslmode=verify-full',
      { ...POSTGRES, host: '127.0.0.1', tls: { rootCertificateFile: undefined } },
    ],
  ])('reads %s', (url, location) => {
    expect(readDatabaseUrl(url)).toEqual(location);
  });

  it.each([
    ['mysql://mint@db/tokens', 'sqlite:<file> or postgres://'],
    ['postgres://mint:hunter2@127.0.0.1/tokens', 'MINTMARK_DATABASE_PASSWORD_FILE'],
    ['postgres://127.0.0.1/tokens', 'a user'],
    ['postgres://mint@127.0.0.1', 'the name of a database'],
    ['postgres://mint@127.0.0.1:99999/tokens', 'postgres://user@host:port/database'],
    ['postgres://mint@127.0.0.1/tokens#x', 'postgres://user@host:port/database'],
    ['postgres://mint@%E0%A4%A/tokens', 'postgres://user@host:port/database'],
    ['postgres://mint@127.0.0.1/%E0%A4%A', 'postgres://user@host:port/database'],
    ['postgres://mint@127.0.0.1/tokens?password=hunter2', 'no parameters but'],
    ['postgres://mint@127.0.0.1/tokens?sslmode=disable&sslmode=verify-full&host=db', 'each parameter once'],
    ['postgres://mint@/tokens?host=&sslmode=verify-full', 'postgres://user@host:port/database'],
    ['postgres://mint@db/tokens', 'sslmode=verify-full'],
    ['postgres://mint@127.0.0.1/tokens?host=db.internal', 'sslmode=verify-full'],
    ['postgres://mint@127.0.0.1.evil.example/tokens', 'sslmode=verify-full'],
    ['postgres://mint@db/tokens?sslmode=disable', 'sslmode=verify-full'],
    ['postgres://mint@127.0.0.1/tokens?sslrootcert=/etc/ca.pem', 'only together with'],
    ...['allow', 'prefer', 'require', 'verify-ca', 'no-verify', ''].map((mode) => [
      `postgres://mint@db/tokens?sslmode=${mode}`,
      'sslmode=verify-full',
    ]),
  ])('refuses %s', (url, takes) => {
    const read = readDatabaseUrl(url);
    expect(read).toMatchObject({ kind: 'problem', takes: expect.stringContaining(takes) });
    expect(JSON.stringify(read)).not.toContain('hunter2');
  });
});
