import { isLoopback } from '@mintmark/service-nest';

export interface SqliteLocation {
  readonly kind: 'sqlite';
  readonly file: string;
}

export interface PostgresLocation {
  readonly kind: 'postgres';
  /** A host name, an IP address, or the directory of a Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  readonly tls: { readonly rootCertificateFile: string | undefined } | undefined;
}

export type DatabaseLocation = SqliteLocation | PostgresLocation;

/**
 * Where a database URL points to: `sqlite:<file>`, or `postgres://user@host:port/database`, with the parameters `sslmode`,
 * `sslrootcert` (a file) and `host` (the directory of a Unix socket).
 * @returns what the URL would have to be instead, never repeating it, if it is not of that form or not safe
 */
export function readDatabaseUrl(url: string): DatabaseLocation | { readonly kind: 'problem'; readonly takes: string } {
  const file = /^sqlite:(?!\/\/)(.+)$/s.exec(url)?.[1];
  if (file !== undefined) return { kind: 'sqlite', file };
  if (/^postgres(ql)?:\/\//.test(url)) return decoded(() => readPostgresUrl(url));
  return problem('sqlite:<file> or postgres://user@host/database');
}

/** Of a URL that is not what it says in %XX. */
function decoded(read: () => ReturnType<typeof readDatabaseUrl>): ReturnType<typeof readDatabaseUrl> {
  try {
    return read();
  } catch (error) {
    if (error instanceof URIError) return problem(POSTGRES_FORM);
    throw error;
  }
}

const POSTGRES_FORM = 'postgres://user@host:port/database';
const PARAMETERS = ['host', 'sslmode', 'sslrootcert'];

function readPostgresUrl(url: string): ReturnType<typeof readDatabaseUrl> {
  // A Unix socket leaves the host empty, which a URL with a user may not.
  const parsed = URL.parse(url.replace(/^(\w+:\/\/[^/?#]*@)(?=[/?#])/, '$1localhost'));
  if (!parsed || parsed.hash) return problem(POSTGRES_FORM);
  if (parsed.password)
    return problem('no password: put it into a file and name that in MINTMARK_DATABASE_PASSWORD_FILE');
  if (!parsed.username) return problem('a user: postgres://user@host/database');
  const database = decodeURIComponent(parsed.pathname.slice(1));
  if (!database) return problem('the name of a database: postgres://user@host/database');
  const names = [...parsed.searchParams.keys()];
  if (new Set(names).size < names.length) return problem('each parameter once');
  const unknown = names.find((name) => !PARAMETERS.includes(name));
  if (unknown !== undefined) return problem(`no parameters but ${PARAMETERS.join(', ')}`);
  const host = parsed.searchParams.get('host') ?? decodeURIComponent(parsed.hostname).replace(/^\[|\]$/g, '');
  if (!host) return problem(POSTGRES_FORM);
  const location = { host, port: Number(parsed.port || 5432), user: decodeURIComponent(parsed.username), database };
  return withTls(location, parsed.searchParams);
}

/** Without a verified server every row, and every right to change it, would be anyone's on the way. */
function withTls(
  location: Omit<PostgresLocation, 'kind' | 'tls'>,
  parameters: URLSearchParams,
): ReturnType<typeof readDatabaseUrl> {
  const mode = parameters.get('sslmode') ?? 'disable';
  const rootCertificateFile = parameters.get('sslrootcert') ?? undefined;
  if (mode === 'verify-full') return { kind: 'postgres', ...location, tls: { rootCertificateFile } };
  if (mode !== 'disable') return problem('sslmode=verify-full, the only one that knows whom it talks to');
  if (!location.host.startsWith('/') && !isLoopback(location.host)) {
    return problem('sslmode=verify-full (and sslrootcert=<file>), unless the host is loopback or a Unix socket');
  }
  if (rootCertificateFile !== undefined) return problem('sslrootcert only together with sslmode=verify-full');
  return { kind: 'postgres', ...location, tls: undefined };
}

function problem(takes: string): { readonly kind: 'problem'; readonly takes: string } {
  return { kind: 'problem', takes };
}
