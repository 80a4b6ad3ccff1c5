import { join, resolve } from 'node:path';
import { z } from 'zod';
import { readDatabaseUrl } from '../adapters/sql/database-url.ts';
import { parseAddress, type Address } from '@mintmark/service-nest';
import { parsePkcs11Uri, type ParsedPkcs11Uri } from '../adapters/signing/pkcs11/pkcs11-uri.ts';
import { PROXY_HEADERS } from '../transport/certificates/forwarded-certificate.ts';

const address = (fallback: string) =>
  z
    .string()
    .default(fallback)
    .transform((text, context): Address => {
      const parsed = parseAddress(text);
      if (parsed) return parsed;
      context.addIssue('host:port, or [ipv6]:port, with a port from 0 to 65535');
      return z.NEVER;
    });

const optionalAddress = z.string().transform((text, context): Address => {
  const parsed = parseAddress(text);
  if (parsed) return parsed;
  context.addIssue('host:port, or [ipv6]:port, with a port from 0 to 65535');
  return z.NEVER;
});

const file = z
  .string()
  .min(1, 'a file')
  .transform((path) => resolve(path));

const SECONDS = { s: 1, m: 60, h: 3600 } as const;

const duration = (fallback: string) =>
  z
    .string()
    .default(fallback)
    .transform((text, context) => {
      const [, digits, unit] = /^(\d{1,9})([smh])$/.exec(text) ?? [];
      if (digits && unit) return Number(digits) * SECONDS[unit as keyof typeof SECONDS];
      context.addIssue('a whole number and a unit: 90s, 15m or 24h');
      return z.NEVER;
    });

const flag = z
  .enum(['true', 'false'], 'true or false')
  .default('false')
  .transform((text) => text === 'true');

const url = z.string().transform((text, context) => {
  const parsed = URL.parse(text);
  if (parsed && /^https?:$/.test(parsed.protocol) && !parsed.username && !/[?#]|\/$/.test(text)) return text;
  context.addIssue('an absolute https URL without user, query, fragment or slash at its end');
  return z.NEVER;
});

const signingKeys = z
  .string()
  .default('local')
  .transform((text, context) => {
    const place = placeOf(text);
    if ('problem' in place) context.addIssue(place.problem);
    return 'problem' in place ? z.NEVER : place;
  });

/** Blanks between them: a URI has none, and may have commas. */
const signingKeysAlso = z
  .string()
  .default('')
  .transform((text, context) => {
    const places = text.split(/\s+/).filter(Boolean).map(placeOf);
    const problem = places.find((place) => 'problem' in place)?.problem;
    if (problem !== undefined) context.addIssue(`a list with blanks between: ${problem}`);
    return problem === undefined ? (places as Place[]) : z.NEVER;
  });

type Place = { readonly kind: 'local' } | ({ readonly kind: 'pkcs11' } & ParsedPkcs11Uri);

function placeOf(text: string): Place | { readonly problem: string } {
  if (text === 'local') return { kind: 'local' };
  const parsed = parsePkcs11Uri(text);
  return 'problem' in parsed ? { problem: `local, or ${parsed.problem}` } : { kind: 'pkcs11', ...parsed };
}

/** One line a setting: its name, what it takes, its default, what it is for. */
export const SETTINGS = {
  MINTMARK_MODE: z
    .enum(['production', 'development'], 'production or development')
    .default('production')
    .describe(
      'development: every listener must be loopback; keys that encrypt keys may be made by the service itself.',
    ),
  MINTMARK_ISSUER: url
    .optional()
    .describe('Issuer identifier, `iss` of every token. Default in development: the address of the HTTP listener.'),
  MINTMARK_HTTP_ADDRESS: address('127.0.0.1:4000').describe('Public HTTP listener.'),
  MINTMARK_GRPC_ADDRESS: address('127.0.0.1:4001').describe('Public gRPC listener.'),
  MINTMARK_MANAGEMENT_ADDRESS: address('127.0.0.1:4002').describe('Probes and metrics, and nothing else.'),
  MINTMARK_ADMIN_ADDRESS: address('127.0.0.1:4003').describe('Admin API over HTTP.'),
  MINTMARK_ADMIN_GRPC_ADDRESS: address('127.0.0.1:4004').describe('Admin API over gRPC.'),
  MINTMARK_MTLS_HTTP_ADDRESS: optionalAddress
    .optional()
    .describe('HTTP listener with TLS of our own, which asks clients for a certificate. None when absent.'),
  MINTMARK_MTLS_GRPC_ADDRESS: optionalAddress.optional().describe('The same for gRPC.'),
  MINTMARK_MTLS_URL: url
    .optional()
    .describe('Where clients reach MINTMARK_MTLS_HTTP_ADDRESS. Default in development: the address itself.'),
  MINTMARK_TLS_CERT_FILE: file.optional().describe('Certificate of those listeners with its chain, PEM.'),
  MINTMARK_TLS_KEY_FILE: file
    .optional()
    .describe('Its private key, PEM. All three files are read again when they change.'),
  MINTMARK_TLS_CLIENT_CA_FILE: file.optional().describe('Authorities that may vouch for clients, PEM: the roots.'),
  MINTMARK_TLS_PROXY_NAME: z
    .string()
    .regex(/^(?:[a-z0-9][a-z0-9.-]*|[a-z]+:\/\/\S+)$/, 'a DNS name or URI, as in the certificate of the proxy')
    .optional()
    .describe(
      'Who may forward the certificates of clients: a connection with a certificate of this name. From anyone else the headers are ignored.',
    ),
  MINTMARK_TLS_PROXY_HEADER: z
    .enum(PROXY_HEADERS, PROXY_HEADERS.join(' or '))
    .optional()
    .describe(
      'The header in which that proxy writes them: client-cert (RFC 9440), or x-forwarded-client-cert (Envoy). Any other is ignored. Required with MINTMARK_TLS_PROXY_NAME.',
    ),
  MINTMARK_TLS_TERMINATED_BY_PROXY: flag.describe(
    'A proxy in front ends TLS. Without it, a listener that is not loopback is refused.',
  ),
  MINTMARK_DATA_DIR: z
    .string()
    .min(1, 'a folder')
    .default('./.mintmark')
    .transform((path) => resolve(path))
    .describe('Database, audit file and, in development, the self-made key. Made with mode 0700.'),
  MINTMARK_DATABASE_URL: z
    .string()
    .superRefine((text, context) => {
      const read = readDatabaseUrl(text);
      if (read.kind === 'problem') context.addIssue(read.takes);
    })
    .optional()
    .describe(
      'sqlite:<file>, or postgres://user@host/database with sslmode=verify-full. Default: sqlite:mintmark.db in the data directory.',
    ),
  MINTMARK_DATABASE_PASSWORD_FILE: z
    .string()
    .min(1, 'a file')
    .optional()
    .describe('File with the password for PostgreSQL, read for each new connection.'),
  MINTMARK_REDIS_URL: z
    .string()
    .regex(/^rediss?:\/\/.+/, 'redis://… or rediss://…')
    .optional()
    .describe(
      'Remembers for all replicas which assertions were used. Without it the database does, or the process itself with SQLite.',
    ),
  MINTMARK_ASSERTION_LIFETIME: duration('60s').describe(
    'Longest life of an assertion that a client signs itself, at most 10m. Not divided by MINTMARK_TIME_SCALE.',
  ),
  MINTMARK_PRIVATE_KEY_HOSTS: z
    .string()
    .regex(/^[^\s,]+(?:,[^\s,]+)*$/, 'host names or addresses with commas between them')
    .default('')
    .or(z.literal(''))
    .transform((text) => text.split(',').filter(Boolean))
    .describe(
      'Hosts of declared key sets (jwksUri) that may be at a private address. Any other must be at a public one.',
    ),
  MINTMARK_CONFIG: z
    .string()
    .min(1, 'a file')
    .optional()
    .describe('Declaration file of resources, clients and policies (YAML or JSON). With SQLite only.'),
  MINTMARK_WITNESS_FILE: z
    .string()
    .min(1, 'a file')
    .transform((path) => resolve(path))
    .optional()
    .describe(
      'What was seen of the database, so that a restored backup is known for one; replicas may share it. Default: witness.json in the data directory.',
    ),
  MINTMARK_KEK_FILE: z
    .string()
    .min(1, 'a file')
    .optional()
    .describe('File with the 256-bit key-encryption key. Required in production.'),
  MINTMARK_KEK_FILES: z
    .string()
    .default('')
    .transform((list) =>
      list
        .split(',')
        .map((file) => file.trim())
        .filter(Boolean),
    )
    .describe(
      'More files with key-encryption keys, separated by commas: what they wrapped opens, what is made they wrap too.',
    ),
  MINTMARK_SIGNING_KEYS: signingKeys.describe(
    'Where private signing keys are made: local (encrypted in the database) or a PKCS#11 token, as a URI (RFC 7512).',
  ),
  MINTMARK_SIGNING_KEYS_ALSO: signingKeysAlso.describe(
    'Where private signing keys were made before, with blanks between: used there until rotation has replaced them.',
  ),
  MINTMARK_ALLOW_ML_DSA: flag.describe(
    'Let resources ask for ML-DSA-44 (RFC 9964): post-quantum, tokens of 3.6 KB, and few verifiers of others know it.',
  ),
  MINTMARK_PKCS11_PIN_FILE: z
    .string()
    .min(1, 'a file')
    .optional()
    .describe('File with the PIN of PKCS#11 tokens whose URI names none (pin-source). Required with one.'),
  MINTMARK_ROTATION_PERIOD: duration('24h').describe('How long a key signs before its successor takes over.'),
  MINTMARK_PUBLISH_AHEAD: duration('1h').describe('How long a key is in the JWKS before it signs.'),
  MINTMARK_FOREIGN_VERIFIERS: z
    .enum(['possible', 'none'], 'possible or none')
    .default('possible')
    .describe(
      "none: every verifier is Mintmark's own, so a key may sign as soon as all that watch have acknowledged it. The same on all replicas.",
    ),
  MINTMARK_UNSAFE_TIMING: flag.describe(
    'Accept durations under which tokens may be refused, to show what then happens. Only in development; it is audited.',
  ),
  MINTMARK_TIME_SCALE: z.coerce
    .number('a number from 1 to 10000')
    .min(1, 'a number from 1 to 10000')
    .max(10_000, 'a number from 1 to 10000')
    .default(1)
    .describe('Divides every duration, so that days pass in seconds. Only while every listener is loopback.'),
  MINTMARK_LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent'], 'fatal, error, warn, info, debug or silent')
    .default('info')
    .describe('Lines are JSON, on standard output.'),
} as const;

export type Settings = z.output<z.ZodObject<typeof SETTINGS>>;

/** Where the database lies when no setting says so. */
export function databaseUrl(settings: Settings): string {
  return settings.MINTMARK_DATABASE_URL ?? `sqlite:${join(settings.MINTMARK_DATA_DIR, 'mintmark.db')}`;
}

export function witnessFile(settings: Settings): string {
  return settings.MINTMARK_WITNESS_FILE ?? join(settings.MINTMARK_DATA_DIR, 'witness.json');
}
