import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { checkPublishAhead, checkTiming, NOMINAL_TIMING, scaleTiming, type Timing } from '../core/model/timing.ts';
import { formatAddress, isLoopback, type Address } from '@mintmark/service-nest';
import type { SigningKeysPlaces, TokenPlace } from '../adapters/signing/open-signing-key-provider.ts';
import { readDatabaseUrl } from '../adapters/sql/database-url.ts';
import { MTLS_LISTENERS, mutualTlsOf, mutualTlsProblems, type MutualTlsConfig } from './mutual-tls.ts';
import { databaseUrl, witnessFile, SETTINGS, type Settings } from './settings.ts';

const LISTENERS = [
  'MINTMARK_HTTP_ADDRESS',
  'MINTMARK_GRPC_ADDRESS',
  'MINTMARK_MANAGEMENT_ADDRESS',
  'MINTMARK_ADMIN_ADDRESS',
  'MINTMARK_ADMIN_GRPC_ADDRESS',
] as const;

export interface Config {
  readonly mode: 'production' | 'development';
  /** `iss`: absolute URL without trailing slash. */
  readonly issuer: string;
  readonly http: Address;
  readonly grpc: Address;
  readonly management: Address;
  readonly admin: Address;
  readonly adminGrpc: Address;
  /** Listeners that ask clients for certificates; absent unless one is set. */
  readonly mutualTls: MutualTlsConfig | undefined;
  readonly redisUrl: string | undefined;
  readonly assertionSeconds: number;
  readonly privateKeyHosts: readonly string[];
  readonly dataDir: string;
  readonly databaseUrl: string;
  readonly databasePasswordFile: string | undefined;
  readonly declarationFile: string | undefined;
  readonly witnessFile: string;
  readonly kekFile: string | undefined;
  readonly kekFiles: readonly string[];
  readonly signingKeys: SigningKeysPlaces;
  readonly allowMlDsa: boolean;
  /** Already divided by `timeScale`. */
  readonly timing: Timing;
  readonly timeScale: number;
  readonly foreignVerifiers: Settings['MINTMARK_FOREIGN_VERIFIERS'];
  /** Why the timing is unsafe; only where the operator asked for it to be accepted. */
  readonly unsafeTiming: string | undefined;
  readonly logLevel: Settings['MINTMARK_LOG_LEVEL'];
}

/** All that is wrong with the settings, each with its name, what it got and what it takes. */
export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(['These settings stop the start:', ...problems.map((problem) => `  ${problem}`)].join('\n'));
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

/**
 * Reads the settings once; the result is frozen.
 * @param environment names and values, usually `process.env`; names that do not begin with MINTMARK_ are not looked at
 * @throws ConfigError
 */
export function loadConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const parsed = z.object(SETTINGS).safeParse(withoutEmpty(environment));
  if (!parsed.success) throw new ConfigError(parsed.error.issues.map((issue) => describeIssue(issue, environment)));
  const settings = parsed.data;
  const timing = timingOf(settings);
  const problems = [
    ...listenerProblems(settings),
    ...mutualTlsProblems(settings),
    ...timingProblems(settings, timing),
    ...keyProblems(settings),
    ...assertionProblems(settings),
    ...registryProblems(settings),
  ];
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.freeze({
    mode: settings.MINTMARK_MODE,
    issuer: settings.MINTMARK_ISSUER ?? `http://${formatAddress(settings.MINTMARK_HTTP_ADDRESS)}`,
    http: settings.MINTMARK_HTTP_ADDRESS,
    grpc: settings.MINTMARK_GRPC_ADDRESS,
    management: settings.MINTMARK_MANAGEMENT_ADDRESS,
    admin: settings.MINTMARK_ADMIN_ADDRESS,
    adminGrpc: settings.MINTMARK_ADMIN_GRPC_ADDRESS,
    mutualTls: mutualTlsOf(settings),
    redisUrl: settings.MINTMARK_REDIS_URL,
    assertionSeconds: settings.MINTMARK_ASSERTION_LIFETIME,
    privateKeyHosts: settings.MINTMARK_PRIVATE_KEY_HOSTS,
    dataDir: settings.MINTMARK_DATA_DIR,
    databaseUrl: databaseUrl(settings),
    databasePasswordFile: settings.MINTMARK_DATABASE_PASSWORD_FILE,
    declarationFile: settings.MINTMARK_CONFIG,
    witnessFile: witnessFile(settings),
    kekFile: settings.MINTMARK_KEK_FILE,
    kekFiles: settings.MINTMARK_KEK_FILES,
    signingKeys: signingKeysOf(settings),
    allowMlDsa: settings.MINTMARK_ALLOW_ML_DSA,
    timing,
    timeScale: settings.MINTMARK_TIME_SCALE,
    foreignVerifiers: settings.MINTMARK_FOREIGN_VERIFIERS,
    unsafeTiming: checkPublishAhead(timing),
    logLevel: settings.MINTMARK_LOG_LEVEL,
  });
}

/** An empty variable is one that was not set: a shell or a manifest has no other way to leave one out. */
function withoutEmpty(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const entries = Object.entries(environment).filter(
    (entry): entry is [string, string] => entry[0].startsWith('MINTMARK_') && Boolean(entry[1]),
  );
  return Object.fromEntries(entries);
}

/** A password in the URL of a database, a PIN in that of a token. */
const MAY_HOLD_A_SECRET = [
  'MINTMARK_DATABASE_URL',
  'MINTMARK_REDIS_URL',
  'MINTMARK_SIGNING_KEYS',
  'MINTMARK_SIGNING_KEYS_ALSO',
];

function describeIssue(issue: z.core.$ZodIssue, environment: Readonly<Record<string, string | undefined>>): string {
  const name = String(issue.path[0]);
  const got = MAY_HOLD_A_SECRET.includes(name) ? 'something else' : `"${environment[name] ?? ''}"`;
  return `${name}: got ${got}, takes ${issue.message}`;
}

function timingOf(settings: Settings): Timing {
  const nominal = {
    ...NOMINAL_TIMING,
    rotationPeriodSeconds: settings.MINTMARK_ROTATION_PERIOD,
    publishAheadSeconds: settings.MINTMARK_PUBLISH_AHEAD,
  };
  return scaleTiming(nominal, settings.MINTMARK_TIME_SCALE);
}

const MAX_ASSERTION_SECONDS = 600;

function assertionProblems({ MINTMARK_ASSERTION_LIFETIME: seconds }: Settings): string[] {
  if (seconds >= 1 && seconds <= MAX_ASSERTION_SECONDS) return [];
  return [`MINTMARK_ASSERTION_LIFETIME: got "${seconds}s", takes 1s to 10m`];
}

/** Replicas would each make the registry they share what their own copy of the file says. */
function registryProblems(settings: Settings): string[] {
  const { MINTMARK_CONFIG: file } = settings;
  if (file === undefined || readDatabaseUrl(databaseUrl(settings)).kind === 'sqlite') return [];
  return [
    `MINTMARK_CONFIG: got "${file}", takes nothing with PostgreSQL, where all replicas share one registry. ` +
      'Leave it out, start, bootstrap an operator, and declare it there: mintmark apply -f <file>',
  ];
}

function exposedListeners(settings: Settings): (typeof LISTENERS)[number][] {
  return LISTENERS.filter((name) => !isLoopback(settings[name].host));
}

function listenerProblems(settings: Settings): string[] {
  const exposed = exposedListeners(settings);
  const problems = exposed.flatMap((name) => exposedListenerProblem(name, settings));
  const exposedTls = MTLS_LISTENERS.some((name) => settings[name] && !isLoopback(settings[name].host));
  if ((exposed.length > 0 || exposedTls) && settings.MINTMARK_TIME_SCALE !== 1) {
    problems.push(
      `MINTMARK_TIME_SCALE: got "${settings.MINTMARK_TIME_SCALE}", takes 1 unless every listener is loopback`,
    );
  }
  return [...problems, ...issuerProblems(settings, exposed.length > 0)];
}

function exposedListenerProblem(name: (typeof LISTENERS)[number], settings: Settings): string[] {
  const got = `${name}: got "${formatAddress(settings[name])}"`;
  if (settings.MINTMARK_MODE === 'development') return [`${got}, takes a loopback address in development`];
  // Probes carry no secrets, and come from the machine the process runs on.
  if (settings.MINTMARK_TLS_TERMINATED_BY_PROXY || name === 'MINTMARK_MANAGEMENT_ADDRESS') return [];
  return [`${got}, takes a loopback address unless MINTMARK_TLS_TERMINATED_BY_PROXY=true`];
}

function issuerProblems(settings: Settings, exposed: boolean): string[] {
  const issuer = settings.MINTMARK_ISSUER;
  if (issuer === undefined) {
    if (settings.MINTMARK_MODE === 'production') {
      return ['MINTMARK_ISSUER: got nothing, takes the https URL under which services reach this issuer'];
    }
    const free = settings.MINTMARK_HTTP_ADDRESS.port === 0;
    return free ? ['MINTMARK_ISSUER: got nothing, takes a URL when MINTMARK_HTTP_ADDRESS has port 0'] : [];
  }
  const plain =
    issuer.startsWith('http:') && (exposed || !isLoopback(new URL(issuer).hostname.replace(/^\[|\]$/g, '')));
  return plain ? [`MINTMARK_ISSUER: got "${issuer}", takes https (plain http only on loopback)`] : [];
}

function timingProblems(settings: Settings, timing: Timing): string[] {
  const allowed = exposedListeners(settings).length === 0 && settings.MINTMARK_MODE === 'development';
  const tolerated = settings.MINTMARK_UNSAFE_TIMING && allowed ? checkPublishAhead(timing) : undefined;
  const problems = checkTiming(timing)
    .filter((problem) => problem !== tolerated)
    .map((problem) => `MINTMARK_PUBLISH_AHEAD, MINTMARK_ROTATION_PERIOD: ${problem}`);
  if (settings.MINTMARK_UNSAFE_TIMING && !allowed) {
    problems.push(
      'MINTMARK_UNSAFE_TIMING: got "true", takes false but in development, with every listener on loopback',
    );
  }
  return problems;
}

function keyProblems(settings: Settings): string[] {
  const problems: string[] = [];
  if (settings.MINTMARK_MODE !== 'development' && settings.MINTMARK_KEK_FILE === undefined) {
    problems.push(
      'MINTMARK_KEK_FILE: got nothing, takes a file with a 256-bit key in production (openssl rand -out kek 32)',
    );
  }
  const { making, also } = signingKeysOf(settings);
  if ([making, ...also].some((place) => place.kind === 'pkcs11' && place.pinFile === '')) {
    problems.push('MINTMARK_PKCS11_PIN_FILE: got nothing, takes a file with the PIN of the PKCS#11 token');
  }
  return problems;
}

function signingKeysOf(settings: Settings): SigningKeysPlaces {
  const {
    MINTMARK_SIGNING_KEYS: making,
    MINTMARK_SIGNING_KEYS_ALSO: also,
    MINTMARK_PKCS11_PIN_FILE: pinFile = '',
  } = settings;
  const places = [making, ...also];
  const isNamedBefore = ({ address }: TokenPlace, at: number) =>
    places.slice(0, at).some((place) => place.kind === 'pkcs11' && isDeepStrictEqual(place.address, address));
  return {
    making: making.kind === 'local' ? making : { pinFile, ...making },
    // Keys in the database are read in any case. A token that is opened twice has a wrong PIN tried twice.
    also: also.flatMap((place, at) => {
      const token = place.kind === 'local' ? undefined : { pinFile, ...place };
      return token && !isNamedBefore(token, at + 1) ? [token] : [];
    }),
  };
}
