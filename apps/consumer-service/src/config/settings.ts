import { ROUTES } from '@mintmark/contract';
import { formatAddress, isLoopback, parseAddress, type Address } from '@mintmark/service-nest';
import { readExternalUrl } from '@mintmark/verifier';
import { z } from 'zod';

export interface Settings {
  readonly mode: 'production' | 'development';
  readonly issuer: string;
  readonly jwksUrl: string;
  readonly revocationsUrl: string;
  /** What to say of a token while what is revoked is not known: 503, or nothing against it. */
  readonly onUnknownRevocations: 'refuse' | 'accept';
  readonly audience: string;
  /** How to be told of new keys at once; absent: the key set is polled. */
  readonly watch: WatchSettings | undefined;
  readonly http: Address;
  readonly grpc: Address;
  /** Where callers reach the HTTP listener; absent: tokens bound to a DPoP key are refused there. */
  readonly externalUrl: string | undefined;
  /** The same of the gRPC listener, `host:port`. */
  readonly grpcAuthority: string | undefined;
  /** Divides every lifecycle duration of the process. */
  readonly timeScale: number;
  readonly logLevel: string;
  readonly tlsTerminatedByProxy: boolean;
}

export interface WatchSettings {
  /** The token service's public gRPC listener. */
  readonly address: string;
  /** Id of this resource. */
  readonly resource: string;
  /** The client that operates this resource. */
  readonly clientId: string;
  readonly secretFile: string;
}

/** All that is wrong with the settings, in one message. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(['The settings are not valid:', ...problems.map((problem) => `  ${problem}`)].join('\n'));
    this.problems = problems;
  }
}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

const address = z.string().transform((text, context): Address => {
  const parsed = parseAddress(text);
  if (!parsed) context.addIssue('not host:port');
  return parsed ?? { host: '', port: 0 };
});

/** Name, what it takes (for people), and how it is read. */
const VARIABLES = {
  MINTMARK_MODE: ['production or development', z.enum(['production', 'development']).default('production')],
  MINTMARK_ISSUER: ['the URL of the issuer: https, or http on loopback, without query', z.string().refine(isIssuer)],
  MINTMARK_JWKS_URL: ['a URL: https, or http on loopback', z.string().refine(isWebUrl).optional()],
  MINTMARK_REVOCATIONS_URL: ['a URL: https, or http on loopback', z.string().refine(isWebUrl).optional()],
  MINTMARK_ON_UNKNOWN_REVOCATIONS: ['refuse or accept', z.enum(['refuse', 'accept']).default('refuse')],
  MINTMARK_AUDIENCE: ['the id or URI of this resource', z.string().min(1).default('inventory')],
  MINTMARK_WATCH_ADDRESS: ['host:port of the gRPC listener of the token service', z.string().min(1).optional()],
  MINTMARK_RESOURCE: ['the id of this resource', z.string().min(1).optional()],
  MINTMARK_CLIENT_ID: ['the id of the client that operates this resource', z.string().min(1).optional()],
  MINTMARK_CLIENT_SECRET_FILE: ['a file with the secret of that client', z.string().min(1).optional()],
  MINTMARK_CONSUMER_HTTP_ADDRESS: ['host:port', address.prefault('127.0.0.1:4100')],
  MINTMARK_CONSUMER_GRPC_ADDRESS: ['host:port', address.prefault('127.0.0.1:4101')],
  MINTMARK_CONSUMER_EXTERNAL_URL: [
    'a URL without query: https, or http on loopback',
    z.string().refine(isExternalUrl).optional(),
  ],
  MINTMARK_CONSUMER_GRPC_AUTHORITY: ['host:port', z.string().refine(isAuthority).optional()],
  MINTMARK_TIME_SCALE: ['a number, at least 1', z.coerce.number().min(1).default(1)],
  MINTMARK_LOG_LEVEL: [LOG_LEVELS.join(', '), z.enum(LOG_LEVELS).default('info')],
  MINTMARK_TLS_TERMINATED_BY_PROXY: [
    'true or false',
    z.stringbool({ truthy: ['true'], falsy: ['false'] }).default(false),
  ],
} as const satisfies Record<string, readonly [takes: string, schema: z.ZodType]>;

type Name = keyof typeof VARIABLES;
type Values = { readonly [Each in Name]: z.infer<(typeof VARIABLES)[Each][1]> };

/**
 * Reads and checks the settings.
 * @throws SettingsError with everything that is wrong, not only the first of it
 */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const problems: string[] = [];
  const values = Object.fromEntries(
    Object.entries(VARIABLES).map(([name, [takes, schema]]) => {
      // An empty variable is an unset one: shells and manifests cannot always leave it out.
      const read = schema.safeParse(environment[name] || undefined);
      if (!read.success) problems.push(`${name} ${gotInstead(environment[name])}; takes ${takes}`);
      return [name, read.data];
    }),
  ) as Values;
  if (problems.length > 0) throw new SettingsError(problems);
  return checked(toSettings(values));
}

function gotInstead(value: string | undefined): string {
  // A password in a URL is the mistake itself; it must not go on into a log.
  return value ? `is ${JSON.stringify(value.replace(/\/\/[^/]*@/, '//…@'))}` : 'is missing';
}

function toSettings(values: Values): Settings {
  return Object.freeze({
    mode: values.MINTMARK_MODE,
    issuer: values.MINTMARK_ISSUER,
    jwksUrl: values.MINTMARK_JWKS_URL ?? values.MINTMARK_ISSUER.replace(/\/$/, '') + ROUTES.jwks,
    revocationsUrl: values.MINTMARK_REVOCATIONS_URL ?? values.MINTMARK_ISSUER.replace(/\/$/, '') + ROUTES.revocations,
    onUnknownRevocations: values.MINTMARK_ON_UNKNOWN_REVOCATIONS,
    audience: values.MINTMARK_AUDIENCE,
    watch: watchSettings(values),
    http: values.MINTMARK_CONSUMER_HTTP_ADDRESS,
    grpc: values.MINTMARK_CONSUMER_GRPC_ADDRESS,
    externalUrl: values.MINTMARK_CONSUMER_EXTERNAL_URL,
    grpcAuthority: values.MINTMARK_CONSUMER_GRPC_AUTHORITY,
    timeScale: values.MINTMARK_TIME_SCALE,
    logLevel: values.MINTMARK_LOG_LEVEL,
    tlsTerminatedByProxy: values.MINTMARK_TLS_TERMINATED_BY_PROXY,
  });
}

function watchSettings(values: Values): WatchSettings | undefined {
  const { MINTMARK_WATCH_ADDRESS: address, MINTMARK_CLIENT_SECRET_FILE: secretFile } = values;
  const { MINTMARK_RESOURCE: resource = values.MINTMARK_AUDIENCE } = values;
  const { MINTMARK_CLIENT_ID: clientId = resource } = values;
  if (address === undefined) return undefined;
  if (secretFile !== undefined) return { address, resource, clientId, secretFile };
  throw new SettingsError(['MINTMARK_CLIENT_SECRET_FILE is missing; MINTMARK_WATCH_ADDRESS takes it to get tokens']);
}

/** The rules that need more than one setting: what may be reached from elsewhere must not be a plaything. */
function checked(settings: Settings): Settings {
  const problems = [
    ...exposed(settings).flatMap((listener) => whatExposureForbids(listener, settings)),
    ...unprotectedUrls(settings),
  ];
  if (problems.length > 0) throw new SettingsError(problems);
  return settings;
}

interface Listener {
  readonly name: Name;
  readonly address: Address;
}

function exposed({ http, grpc }: Settings): Listener[] {
  const listeners: Listener[] = [
    { name: 'MINTMARK_CONSUMER_HTTP_ADDRESS', address: http },
    { name: 'MINTMARK_CONSUMER_GRPC_ADDRESS', address: grpc },
  ];
  return listeners.filter((listener) => !isLoopback(listener.address.host));
}

function whatExposureForbids({ name, address }: Listener, settings: Settings): string[] {
  const where = `${name} is ${formatAddress(address)}, which is not loopback`;
  const problems: string[] = [];
  if (settings.mode === 'development') problems.push(`${where}; MINTMARK_MODE=development takes loopback only`);
  if (settings.timeScale !== 1) problems.push(`${where}; MINTMARK_TIME_SCALE takes 1 there`);
  if (!settings.tlsTerminatedByProxy) {
    problems.push(
      `${where}; it would serve plaintext: put a TLS proxy before it and set MINTMARK_TLS_TERMINATED_BY_PROXY=true`,
    );
  }
  return problems;
}

function unprotectedUrls({ issuer, jwksUrl, revocationsUrl }: Settings): string[] {
  const urls: [Name, string][] = [
    ['MINTMARK_ISSUER', issuer],
    ['MINTMARK_JWKS_URL', jwksUrl],
    ['MINTMARK_REVOCATIONS_URL', revocationsUrl],
  ];
  return urls
    .filter(([, url]) => new URL(url).protocol === 'http:' && !isLoopback(hostOf(url)))
    .map(([name, url]) => `${name} is ${JSON.stringify(url)}; takes https, or http on loopback`);
}

function hostOf(url: string): string {
  return new URL(url).hostname.replace(/^\[|\]$/g, '');
}

/** User info has no place in it: it would travel in clear and end up in logs. */
function isWebUrl(text: string): boolean {
  const url = URL.parse(text);
  return !!url && /^https?:$/.test(url.protocol) && !url.username && !url.password && !url.hash;
}

/** RFC 8414 §2. */
function isIssuer(text: string): boolean {
  return isWebUrl(text) && !/[?#]/.test(text);
}

function isExternalUrl(text: string): boolean {
  try {
    return readExternalUrl(text) !== undefined;
  } catch {
    return false;
  }
}

/** As clients write it: the port may be left out where it is 443. */
function isAuthority(text: string): boolean {
  return /^[^/\\?#@\s]+$/.test(text) && URL.parse(`https://${text}`) !== null;
}
