// Everybody who wants a token: clients of every kind, the authorities and issuers that vouch for them, and the declaration
// that says so.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NO_CHANGES } from '../../apps/token-service/src/core/model/registry-changes.ts';
import type { RegistryRepository } from '../../apps/token-service/src/core/ports/registry-repository.ts';
import type { HostSecret } from '../../apps/token-service/src/core/administration/host-secret.ts';
import type { ProxyHeader } from '../../apps/token-service/src/transport/certificates/forwarded-certificate.ts';
import { newAssertionKey, type AssertionKey } from './assertions.ts';
import { Authority, publicJwkOfCertificate, selfSigned, type Identity, type Wanted } from './certificates.ts';
import { ClusterIssuer } from './cluster-issuer.ts';
import { KeySetServer } from './key-set-server.ts';

export const KUBERNETES = 'https://kubernetes.default.svc.cluster.local';
export const GITHUB = 'https://token.actions.githubusercontent.com';
export const TRUST_DOMAIN = 'spiffe://example.org';
export const SVID_OF_MESH = `${TRUST_DOMAIN}/ns/shop/sa/mesh`;
export const MACHINES = 'https://machines.internal';
/** Trusted no longer, with the keys of the others. */
export const CLOSED = {
  spiffe: 'spiffe://closed.example.org',
  github: 'https://closed.actions.internal',
  machines: 'https://closed.machines.internal',
} as const;
export const PROXY_NAME = 'ingress.internal';

/** A certificate for each of the clients that have one, and for those who only would like to. */
export interface Certificates {
  readonly server: Identity;
  readonly certified: Identity;
  /** The same name, signed by an authority that the trusted one has signed, and shown together with it. */
  readonly chained: Identity;
  readonly subject: Identity;
  readonly uri: Identity;
  readonly ip: Identity;
  readonly closed: Identity;
  readonly expired: Identity;
  readonly foreign: Identity;
  readonly serverOnly: Identity;
  readonly pinned: Identity;
  readonly pinnedExpired: Identity;
  readonly unknown: Identity;
  readonly proxy: Identity;
}

interface SecretMakers {
  readonly hostSecret: Pick<HostSecret, 'execute'>;
  readonly repository: Pick<RegistryRepository, 'transactClient'>;
}

export class World {
  /** Of the token service. */
  readonly issuer: string;
  readonly directory = mkdtempSync(join(tmpdir(), 'mintmark-clients-'));
  readonly cluster: ClusterIssuer;
  readonly #published: KeySetServer;
  readonly authority: Authority;
  readonly certificates: Certificates;
  readonly keys: Keys;

  private constructor(
    issuer: string,
    published: KeySetServer,
    parts: Pick<World, 'cluster' | 'authority' | 'certificates' | 'keys'>,
  ) {
    this.issuer = issuer;
    this.#published = published;
    this.keys = parts.keys;
    this.cluster = parts.cluster;
    this.authority = parts.authority;
    this.certificates = parts.certificates;
  }

  static async create(issuer: string): Promise<World> {
    const authority = await Authority.create('clients of example');
    const certificates = await issueAll(authority);
    const keys = newKeys();
    const [cluster, published] = await Promise.all([
      ClusterIssuer.start(KUBERNETES),
      KeySetServer.start([keys.fetched, keys.ed]),
    ]);
    const world = new World(issuer, published, { cluster, authority, certificates, keys });
    world.writeTlsFiles(certificates.server);
    world.declare();
    return world;
  }

  async stop(): Promise<void> {
    await Promise.all([this.cluster.stop(), this.#published.stop()]);
  }

  /** Makes the secrets of those that have one. */
  async makeSecrets({ hostSecret, repository }: SecretMakers): Promise<ReadonlyMap<string, string>> {
    const secrets = new Map<string, string>();
    // The expired one first: with the secret of another the registry is read again.
    for (const clientId of ['expired-secretive', 'secretive', 'closed-secretive']) {
      const { secretId, secret } = await hostSecret.execute(clientId, 'test');
      secrets.set(clientId, secret);
      if (clientId !== 'expired-secretive') continue;
      const expired = [{ action: 'expire' as const, clientId, secretId, at: new Date(Date.now() - 1_000) }];
      const changes = { ...NO_CHANGES, secrets: expired };
      await repository.transactClient(clientId, () => ({ actor: 'test', changes }));
    }
    return secrets;
  }

  /** Settings of a token service in which these clients can be told apart, behind a proxy that writes this header. */
  settings(proxyHeader: ProxyHeader = 'client-cert'): Record<string, string> {
    return {
      MINTMARK_CONFIG: join(this.directory, 'declaration.json'),
      MINTMARK_PRIVATE_KEY_HOSTS: '127.0.0.1',
      MINTMARK_MTLS_HTTP_ADDRESS: '127.0.0.1:0',
      MINTMARK_MTLS_GRPC_ADDRESS: '127.0.0.1:0',
      MINTMARK_MTLS_URL: 'https://mtls.tokens.internal',
      MINTMARK_TLS_CERT_FILE: join(this.directory, 'server.pem'),
      MINTMARK_TLS_KEY_FILE: join(this.directory, 'server.key'),
      MINTMARK_TLS_CLIENT_CA_FILE: join(this.directory, 'clients.pem'),
      MINTMARK_TLS_PROXY_NAME: PROXY_NAME,
      MINTMARK_TLS_PROXY_HEADER: proxyHeader,
    };
  }

  writeTlsFiles({ certificate, privateKey }: Identity, authorities = this.authority.certificate): void {
    writeFileSync(join(this.directory, 'server.pem'), certificate);
    writeFileSync(join(this.directory, 'server.key'), privateKey, { mode: 0o600 });
    writeFileSync(join(this.directory, 'clients.pem'), authorities);
  }

  /** Writes the declaration, with clients and issuers disabled besides those that always are. */
  declare(disabled: readonly string[] = []): void {
    const document = JSON.stringify(this.#declaration(disabled), null, 2);
    writeFileSync(join(this.directory, 'declaration.json'), document);
  }

  #declaration(disabled: readonly string[]): object {
    const isDisabled = (id: string) => (disabled.includes(id) || id.startsWith('closed') ? { disabled: true } : {});
    const credentials = this.#credentials();
    return {
      apiVersion: 'mintmark/v1',
      trustedIssuers: this.#issuers().map((issuer) => ({ ...issuer, ...isDisabled(issuer.issuer) })),
      resources: [{ id: 'inventory', scopes: ['stock:read'] }],
      clients: Object.entries(credentials).map(([id, credential]) => ({
        id,
        // Said either way: what is not said stays as it is.
        disabled: false,
        ...isDisabled(id),
        credentials: [credential],
      })),
      policies: Object.keys(credentials).map((client) => ({ client, resource: 'inventory', scopes: ['stock:read'] })),
    };
  }

  #issuers() {
    const { spire, github, machines } = this.keys;
    const closed = { disabled: true };
    return [
      { issuer: KUBERNETES, profile: 'kubernetes', jwksUri: this.cluster.jwksUri, algorithms: ['RS256'] },
      { issuer: TRUST_DOMAIN, profile: 'spiffe', ...inline(withoutAlgorithm(spire)) },
      { issuer: GITHUB, profile: 'github_actions', ...inline(github.jwk) },
      { issuer: MACHINES, profile: 'oidc', ...inline(machines.jwk) },
      { issuer: CLOSED.spiffe, profile: 'spiffe', ...inline(withoutAlgorithm(spire)), ...closed },
      { issuer: CLOSED.github, profile: 'github_actions', ...inline(github.jwk), ...closed },
      { issuer: CLOSED.machines, profile: 'oidc', ...inline(machines.jwk), ...closed },
    ];
  }

  #credentials(): Record<string, object> {
    const { own, rsa, pss, ed, billing } = this.keys;
    const { pinned, pinnedExpired } = this.certificates;
    const keyed = { kind: 'private_key_jwt', ...inline(own.jwk, rsa.jwk, pss.jwk, ed.jwk) };
    const workload = (issuer: string, subject: string, more = {}) => ({
      kind: 'workload_identity',
      issuer,
      subject,
      audience: this.issuer,
      ...more,
    });
    const account = (name: string) => workload(KUBERNETES, `system:serviceaccount:shop:${name}`, { uid: 'f9c1' });
    const pins = {
      kind: 'self_signed_tls_client_auth',
      ...inline(publicJwkOfCertificate(pinned), publicJwkOfCertificate(pinnedExpired)),
    };
    return {
      secretive: { kind: 'client_secret' },
      'closed-secretive': { kind: 'client_secret' },
      'expired-secretive': { kind: 'client_secret' },
      keyed,
      'closed-keyed': keyed,
      fetched: { kind: 'private_key_jwt', jwksUri: this.#published.url },
      billing: { kind: 'private_key_jwt', ...inline(billing.jwk) },
      certified: { kind: 'tls_client_auth', sanDns: 'certified.internal' },
      'closed-certified': { kind: 'tls_client_auth', sanDns: 'closed.internal' },
      subject: { kind: 'tls_client_auth', subjectDn: 'CN=subject,O=Example' },
      uri: { kind: 'tls_client_auth', sanUri: 'spiffe://example.org/uri' },
      ip: { kind: 'tls_client_auth', sanIp: '10.0.0.7' },
      pinned: pins,
      'closed-pinned': pins,
      pod: account('pod'),
      'closed-pod': account('closed-pod'),
      mesh: workload(TRUST_DOMAIN, SVID_OF_MESH),
      'closed-mesh': workload(TRUST_DOMAIN, `${TRUST_DOMAIN}/ns/shop/sa/closed-mesh`),
      flow: workload(GITHUB, 'repo:shop/flow:ref:refs/heads/main', { claims: { workflow: 'deploy' } }),
      'closed-flow': workload(GITHUB, 'repo:shop/closed-flow:ref:refs/heads/main'),
      machine: workload(MACHINES, 'machine'),
      'closed-machine': workload(MACHINES, 'closed-machine'),
    };
  }
}

type Keys = ReturnType<typeof newKeys>;

function newKeys() {
  return {
    own: newAssertionKey(),
    rsa: newAssertionKey('RS256'),
    pss: newAssertionKey('PS256'),
    ed: newAssertionKey('EdDSA'),
    fetched: newAssertionKey(),
    billing: newAssertionKey(),
    spire: newAssertionKey(),
    github: newAssertionKey('RS256'),
    machines: newAssertionKey(),
  };
}

/** As SPIRE publishes the keys of its trust domain. */
function withoutAlgorithm({ jwk }: AssertionKey): object {
  const { alg, ...rest } = jwk;
  return { ...rest, use: 'jwt-svid' };
}

function inline(...keys: readonly object[]): object {
  return { jwks: { keys } };
}

async function issueAll(authority: Authority): Promise<Certificates> {
  const stranger = await Authority.create('strangers');
  const dns = (value: string) => ({ names: [{ type: 'dns', value }] }) as const;
  const over = { validFrom: new Date(Date.now() - 7_200_000), validTo: new Date(Date.now() - 3_600_000) };
  return {
    server: await authority.issue({
      subject: 'CN=tokens',
      names: [
        { type: 'dns', value: 'localhost' },
        { type: 'ip', value: '127.0.0.1' },
      ],
    }),
    certified: await authority.issue(dns('certified.internal')),
    chained: await issueBelow(authority, dns('certified.internal')),
    // The library writes the parts in the order given: the root first, as certificates have it.
    subject: await authority.issue({ subject: 'O=Example,CN=subject' }),
    uri: await authority.issue({ names: [{ type: 'url', value: 'spiffe://example.org/uri' }] }),
    ip: await authority.issue({ names: [{ type: 'ip', value: '10.0.0.7' }] }),
    closed: await authority.issue(dns('closed.internal')),
    expired: await authority.issue({ ...dns('certified.internal'), ...over }),
    foreign: await stranger.issue(dns('certified.internal')),
    serverOnly: await authority.issue({ ...dns('certified.internal'), usages: ['server'] }),
    pinned: await selfSigned({ subject: 'CN=pinned' }),
    pinnedExpired: await selfSigned({ subject: 'CN=pinned', ...over }),
    unknown: await selfSigned({ subject: 'CN=pinned' }),
    proxy: await authority.issue(dns(PROXY_NAME)),
  };
}

async function issueBelow(authority: Authority, wanted: Wanted): Promise<Identity> {
  const below = await authority.intermediate('below');
  const { certificate, privateKey } = await below.issue(wanted);
  return { certificate: certificate + below.certificate, privateKey };
}
