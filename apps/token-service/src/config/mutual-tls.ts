import { formatAddress, isLoopback, type Address } from '@mintmark/service-nest';
import type { KnownProxy } from '../transport/certificates/certificate-evidence.ts';
import type { Settings } from './settings.ts';

export interface MutualTlsConfig {
  readonly http: Address | undefined;
  readonly grpc: Address | undefined;
  /** Where clients reach the HTTP listener, without trailing slash. */
  readonly url: string | undefined;
  readonly certFile: string;
  readonly keyFile: string;
  readonly clientCaFile: string;
  readonly proxy: KnownProxy | undefined;
}

export const MTLS_LISTENERS = ['MINTMARK_MTLS_HTTP_ADDRESS', 'MINTMARK_MTLS_GRPC_ADDRESS'] as const;
const TLS_FILES = ['MINTMARK_TLS_CERT_FILE', 'MINTMARK_TLS_KEY_FILE', 'MINTMARK_TLS_CLIENT_CA_FILE'] as const;
const PROXY = ['MINTMARK_TLS_PROXY_NAME', 'MINTMARK_TLS_PROXY_HEADER'] as const;

export function mutualTlsOf(settings: Settings): MutualTlsConfig | undefined {
  const { MINTMARK_MTLS_HTTP_ADDRESS: http, MINTMARK_MTLS_GRPC_ADDRESS: grpc } = settings;
  if (!http && !grpc) return undefined;
  const { MINTMARK_TLS_PROXY_NAME: name, MINTMARK_TLS_PROXY_HEADER: header } = settings;
  return {
    http,
    grpc,
    url: settings.MINTMARK_MTLS_URL ?? (http && `https://${formatAddress(http)}`),
    certFile: settings.MINTMARK_TLS_CERT_FILE ?? '',
    keyFile: settings.MINTMARK_TLS_KEY_FILE ?? '',
    clientCaFile: settings.MINTMARK_TLS_CLIENT_CA_FILE ?? '',
    proxy: name !== undefined && header !== undefined ? { name, header } : undefined,
  };
}

/** TLS is ended here, so these may be reached from anywhere in production. */
export function mutualTlsProblems(settings: Settings): string[] {
  const set = MTLS_LISTENERS.filter((name) => settings[name]);
  if (set.length === 0) {
    const names = [...TLS_FILES, 'MINTMARK_MTLS_URL', ...PROXY] as const;
    const stray = names.filter((name) => settings[name] !== undefined);
    return stray.map((name) => `${name}: got a value, takes none without ${MTLS_LISTENERS.join(' or ')}`);
  }
  const missing = TLS_FILES.filter((name) => settings[name] === undefined);
  const nowhere = settings.MINTMARK_MTLS_URL !== undefined && !settings.MINTMARK_MTLS_HTTP_ADDRESS;
  return [
    ...(nowhere ? ['MINTMARK_MTLS_URL: got a value, takes none without MINTMARK_MTLS_HTTP_ADDRESS'] : []),
    ...missing.map((name) => `${name}: got nothing, takes a file in PEM when ${set.join(' or ')} is set`),
    ...proxyProblems(settings),
    ...set.flatMap((name) => listenerProblems(name, settings)),
  ];
}

/** Never guessed: a proxy takes the header that it writes out of what callers send, and lets through what it does not know. */
function proxyProblems({ MINTMARK_TLS_PROXY_NAME: name, MINTMARK_TLS_PROXY_HEADER: header }: Settings): string[] {
  if (name !== undefined && header === undefined) {
    return [
      'MINTMARK_TLS_PROXY_HEADER: got nothing, takes the header that the proxy of MINTMARK_TLS_PROXY_NAME writes: ' +
        'client-cert (RFC 9440), or x-forwarded-client-cert (Envoy)',
    ];
  }
  if (name !== undefined || header === undefined) return [];
  return [`MINTMARK_TLS_PROXY_HEADER: got "${header}", takes none without MINTMARK_TLS_PROXY_NAME`];
}

function listenerProblems(name: (typeof MTLS_LISTENERS)[number], settings: Settings): string[] {
  const address = settings[name];
  if (!address) return [];
  const got = `${name}: got "${formatAddress(address)}"`;
  const production = settings.MINTMARK_MODE === 'production';
  if (!production && !isLoopback(address.host)) return [`${got}, takes a loopback address in development`];
  if (name === 'MINTMARK_MTLS_GRPC_ADDRESS' || settings.MINTMARK_MTLS_URL !== undefined) return [];
  if (production)
    return ['MINTMARK_MTLS_URL: got nothing, takes the https URL under which clients reach that listener'];
  return address.port === 0 ? ['MINTMARK_MTLS_URL: got nothing, takes a URL when the port is 0'] : [];
}
